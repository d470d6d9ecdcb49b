package io.meshdiag.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.simulator.artifact.Archive;
import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.vm.Capture;
import io.meshdiag.simulator.fleet.Addressing;
import io.meshdiag.simulator.fleet.Fleet;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The archives of a scenario in memory, for tests: content by path, per cluster. */
final class Archives {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Map<String, Map<String, String>> byCluster = new TreeMap<>();

    private Archives() {}

    static Archives of(Scenario scenario) {
        Fleet fleet = scenario.fleet(Addressing.PRIVATE);
        Archives archives = new Archives();
        fleet.clusters().values().forEach(cluster -> {
            Map<String, String> files = new TreeMap<>();
            Archive.of(fleet, cluster).forEach(artifact -> files.put(artifact.path(), content(artifact)));
            archives.byCluster.put(cluster.name(), files);
            cluster.vms().forEach(vm -> {
                Map<String, String> capture = new TreeMap<>();
                Capture.of(fleet, cluster, vm).forEach(artifact -> capture.put(artifact.path(), content(artifact)));
                archives.byCluster.put(cluster.name() + "." + vm.id(), capture);
            });
        });
        return archives;
    }

    Map<String, String> files(String cluster) {
        return byCluster.get(cluster);
    }

    Map<String, Map<String, String>> all() {
        return byCluster;
    }

    /** A debug page of each istiod replica. */
    List<JsonNode> pages(String cluster, String page) {
        return files(cluster).entrySet().stream()
                .filter(file -> file.getKey().endsWith("/debug/" + page))
                .map(file -> json(file.getValue()))
                .toList();
    }

    /** Envoy dumps of one namespace. */
    List<JsonNode> dumps(String cluster, String namespace) {
        return files(cluster).entrySet().stream()
                .filter(file -> file.getKey().startsWith("proxies/" + namespace + "/"))
                .filter(file -> file.getKey().endsWith("config_dump?include_eds"))
                .map(file -> json(file.getValue()))
                .toList();
    }

    /** Objects of one kind in a List of Kubernetes objects. */
    List<JsonNode> objects(String cluster, String file, String kind) {
        try {
            JsonNode items = YAML.readTree(files(cluster).get(file)).path("items");
            return StreamSupport.stream(items.spliterator(), false)
                    .filter(item -> item.path("kind").asText().equals(kind))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files that are not the same in the other archives, as cluster and path without generated names. */
    List<String> differencesFrom(Archives other) {
        return byCluster.entrySet().stream()
                .flatMap(entry -> entry.getValue().entrySet().stream()
                        .filter(file -> !file.getValue()
                                .equals(other.files(entry.getKey()).get(file.getKey())))
                        .map(file ->
                                entry.getKey() + " " + file.getKey().replaceAll("-[a-z0-9]{10}-[a-z0-9]{5}/", "/")))
                .distinct()
                .sorted()
                .collect(Collectors.toList());
    }

    /** A section of an Envoy dump, such as "Listeners". */
    static JsonNode section(JsonNode dump, String name) {
        return StreamSupport.stream(dump.path("configs").spliterator(), false)
                .filter(section -> section.path("@type").asText().endsWith("." + name + "ConfigDump"))
                .findFirst()
                .orElseThrow();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Artifact artifact) {
        StringWriter out = new StringWriter();
        try {
            artifact.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }
}
