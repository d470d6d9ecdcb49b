package io.meshdiag.collector.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.cluster.config.Manifests.Grant;
import io.meshdiag.collector.cluster.watch.AccessNeed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rights in deploy/cluster/rbac are those that the code uses. */
class GrantedAccessTest {
    @Test
    void whatTheCodeAsksForIsGrantedAndNothingElseIs() {
        List<Grant> granted = Manifests.rights().stream()
                .flatMap(file -> Manifests.grants(Manifests.text(file)).stream())
                .toList();

        assertThat(granted).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(used());
    }

    @Test
    void nothingCanBeChanged() {
        assertThat(Manifests.rights()).allSatisfy(file -> assertThat(Manifests.grants(Manifests.text(file)))
                .allSatisfy(grant -> assertThat(grant.verb())
                        .isIn(
                                grant.resource().matches("pods/(portforward|exec)")
                                        ? List.of("get", "create")
                                        : List.of("get", "list", "watch"))));
    }

    @Test
    void theStrongestRightIsSwitchedOff() {
        assertThat(Manifests.text("kustomization.yaml").lines())
                .contains("# - rbac/exec.yaml")
                .doesNotContain("- rbac/exec.yaml")
                .containsAll(Manifests.rights().stream()
                        .filter(file -> !file.equals("rbac/exec.yaml"))
                        .map(file -> "- " + file)
                        .toList());
    }

    @Test
    void theConfigurationOfTheManifestsIsOne() {
        CollectorConfig config =
                CollectorSettings.read(Map.of(), Map.of(), Path.of("..", "deploy", "cluster", "collector.yaml"), true);

        assertThat(config.kafka().bootstrapServers()).isEqualTo("kafka.kafka.svc:9092");
        assertThat(config.istiod().tokenFile().toString()).startsWith("/var/run/secrets/meshdiag/istio-token/");
    }

    @Test
    void whatTheConfigurationOfTheManifestsShowsAsDefaultIsTheDefault() throws Exception {
        String uncommented = Manifests.text("collector.yaml")
                .replaceAll("(?m)^# (\\w+:|  )", "$1")
                .replaceAll("(?m)^  # (\\w+:)", "  $1")
                .replaceAll("(?m)^(clusterId|meshId):.*$", "");
        Path file = Files.createTempFile("collector", ".yaml");
        Files.writeString(file, uncommented);

        CollectorConfig shown = CollectorSettings.read(Map.of(), Map.of(), file, true);

        assertThat(shown)
                .usingRecursiveComparison()
                .ignoringFields("kafka", "effective")
                .isEqualTo(CollectorSettings.read(Map.of(), Map.of(), null, false));
        Files.delete(file);
    }

    private static List<Grant> used() {
        List<Grant> used = new ArrayList<>();
        CollectorConfig config = CollectorSettings.read(Map.of(), Map.of(), null, false);
        for (AccessNeed need : RequiredAccess.of(config)) {
            List<String> names = need.resourceNames().isEmpty() ? List.of("") : need.resourceNames();
            for (String verb : need.verbs()) {
                names.forEach(name ->
                        used.add(new Grant(need.apiGroup(), need.resource(), verb, name, need.namespace() != null)));
            }
        }
        // What is granted everywhere need not be granted in a namespace too.
        return used.stream()
                .filter(need -> !need.namespaced()
                        || !used.contains(new Grant(need.group(), need.resource(), need.verb(), need.name(), false)))
                .distinct()
                .toList();
    }
}
