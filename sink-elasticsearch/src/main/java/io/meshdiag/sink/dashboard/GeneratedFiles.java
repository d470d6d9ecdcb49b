package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files below {@code dashboards/}: what the sources become with the default names of indices, checked in for those who import by hand. */
public final class GeneratedFiles {
    private static final String DEFAULT_PREFIX = "meshdiag-";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private GeneratedFiles() {}

    /** Contents by path below {@code dashboards/}, sorted. */
    public static Map<String, String> all() {
        Map<String, String> files = new TreeMap<>();
        List<Dashboard> dashboards = Sources.dashboards();
        files.put("kibana/meshdiag.ndjson", new KibanaObjects(DEFAULT_PREFIX).ndjson(dashboards));
        for (Dashboard dashboard : dashboards) {
            files.put(grafana(dashboard.id()), text(GrafanaDashboard.of(dashboard)));
        }
        MetricsDashboard metrics = Sources.metrics();
        files.put(grafana(metrics.id()), text(GrafanaDashboard.of(metrics)));
        return files;
    }

    private static String grafana(String id) {
        return "grafana/dashboards/" + id + ".json";
    }

    private static String text(ObjectNode dashboard) {
        try {
            return JSON.writeValueAsString(dashboard) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree cannot be written", e);
        }
    }
}
