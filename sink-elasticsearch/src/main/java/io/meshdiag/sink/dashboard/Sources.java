package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The YAML files beside this class: the one place where dashboards are written. Unknown words in them are errors. */
public final class Sources {
    private static final List<String> FILES = List.of("incidents", "access", "coverage", "history");
    private static final String METRICS_FILE = "pipeline";
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private Sources() {}

    /** Dashboards over the sink's indices, for Kibana and Grafana. */
    public static List<Dashboard> dashboards() {
        return FILES.stream().map(file -> read(file, Dashboard.class)).toList();
    }

    /** The dashboard over Meshdiag's own metrics. */
    public static MetricsDashboard metrics() {
        return read(METRICS_FILE, MetricsDashboard.class);
    }

    private static <T> T read(String file, Class<T> type) {
        String name = file + ".yaml";
        try (InputStream in = Sources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not beside " + Sources.class.getName());
            }
            return YAML.readValue(in, type);
        } catch (IOException e) {
            throw new UncheckedIOException("own resource " + name + " cannot be read", e);
        }
    }
}
