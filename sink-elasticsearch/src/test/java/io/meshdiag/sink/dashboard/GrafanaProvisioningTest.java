package io.meshdiag.sink.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The provisioned data sources are those that the dashboards refer to. */
class GrafanaProvisioningTest {
    private static final Path FILE =
            Path.of("..", "dashboards", "grafana", "provisioning", "datasources", "meshdiag.yaml");

    @Test
    void everyDataSourceOfADashboardIsProvisioned() throws IOException {
        Map<String, String> provisioned = new HashMap<>();
        for (JsonNode source : new YAMLMapper().readTree(FILE.toFile()).path("datasources")) {
            provisioned.put(source.path("uid").asText(), source.path("type").asText());
        }

        Set<String> referred = new TreeSet<>();
        Sources.dashboards().forEach(d -> collect(GrafanaDashboard.of(d), referred));
        collect(GrafanaDashboard.of(Sources.metrics()), referred);

        assertThat(referred).containsExactlyInAnyOrderElementsOf(provisioned.keySet());
        assertThat(provisioned).containsEntry("meshdiag-prometheus", "prometheus");
    }

    @Test
    void everyIndexHasItsDataSource() throws IOException {
        Map<String, String> indices = new HashMap<>();
        for (JsonNode source : new YAMLMapper().readTree(FILE.toFile()).path("datasources")) {
            indices.put(
                    source.path("uid").asText(), source.at("/jsonData/index").asText());
        }

        for (Index index : Index.values()) {
            assertThat(indices).containsEntry("meshdiag-" + index.alias(), "meshdiag-" + index.alias());
        }
    }

    private static void collect(JsonNode node, Set<String> uids) {
        for (JsonNode source : node.findValues("datasource")) {
            uids.add(source.path("uid").asText());
        }
    }
}
