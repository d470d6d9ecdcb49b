package io.meshdiag.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BugReportWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    Path out;

    @Test
    void everyPageCanBeRead() throws IOException {
        List<Path> archives = new BugReportWriter().write(Scenario.bundled("demo"), out);
        // Then
        // Five clusters and their five virtual machines.
        assertThat(archives).hasSize(10);
        assertThat(Files.getLastModifiedTime(archives.get(0).resolve("bug-report/cluster/events")))
                .hasToString("2026-11-20T09:30:00Z");
        for (Path file : files(out).keySet()) {
            parse(file);
        }
    }

    @Test
    void laysTheArchiveOutAsTheRealToolDoes() throws IOException {
        List<Path> archives = new BugReportWriter().write(Scenario.bundled("healthy-5"), out);
        // Then
        Path report = archives.get(0).resolve("bug-report");
        assertThat(List.of(
                        "versions",
                        "cluster/k8s-cluster-resources",
                        "cluster/k8s-resources",
                        "cluster/crs",
                        "cluster/nodes",
                        "cluster/pods",
                        "cluster/secrets",
                        "cluster/events",
                        "cluster/cluster-context",
                        "cluster/kubectl-version"))
                .allSatisfy(file -> assertThat(report.resolve(file)).isNotEmptyFile());
        Path istiod = only(report.resolve("istio/istio-system"));
        assertThat(istiod.resolve("discovery.log")).isNotEmptyFile();
        assertThat(List.of("syncz", "clusterz", "networkz", "endpointShardz", "registryz", "mesh", "configz"))
                .allSatisfy(page ->
                        assertThat(istiod.resolve("debug").resolve(page)).isNotEmptyFile());
        Path proxy = only(report.resolve("proxies/shop"));
        assertThat(List.of("config_dump?include_eds", "certs", "server_info", "istio-proxy.log", "stats/prometheus"))
                .allSatisfy(page -> assertThat(proxy.resolve(page)).isNotEmptyFile());
    }

    @Test
    void writesTheSameBytesForTheSameSeed() throws IOException {
        Scenario scenario = Scenario.bundled("demo");
        new BugReportWriter().write(scenario, out.resolve("one"));
        new BugReportWriter().write(scenario, out.resolve("two"));
        // Then
        assertThat(List.copyOf(files(out.resolve("one")).values()))
                .isEqualTo(List.copyOf(files(out.resolve("two")).values()));
    }

    @Test
    void packsOneFilePerClusterAndLeavesNoFolderBehind() throws IOException {
        List<Path> archives = BugReportWriter.packed().write(Scenario.bundled("healthy-5"), out);
        // Then
        assertThat(archives).allSatisfy(file -> assertThat(file.toString()).endsWith(".tar.gz"));
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).containsExactlyInAnyOrderElementsOf(archives);
        }
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().findFirst().orElseThrow();
        }
    }

    private static void parse(Path file) throws IOException {
        String name = file.toString();
        if (name.contains("/debug/")
                || name.contains("config_dump")
                || name.endsWith("/certs")
                || name.endsWith("/vm/capture.json")) {
            assertThat(JSON.readTree(file.toFile())).as(name).isNotNull();
        } else if (name.contains("/cluster/k8s") || name.endsWith("/crs") || name.endsWith("/pods")) {
            assertThat(YAML.readTree(file.toFile()).path("kind").asText())
                    .as(name)
                    .isEqualTo("List");
        }
    }

    /** Content by path, sorted. */
    static Map<Path, String> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            Map<Path, String> files = new TreeMap<>();
            walk.filter(Files::isRegularFile).forEach(file -> {
                try {
                    files.put(file, Files.readString(file));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return files;
        }
    }
}
