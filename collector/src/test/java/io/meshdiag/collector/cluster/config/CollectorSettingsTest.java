package io.meshdiag.collector.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.cluster.cni.CniSettings;
import io.meshdiag.collector.cluster.envoy.EnvoySettings;
import io.meshdiag.collector.cluster.istiod.IstiodSettings;
import io.meshdiag.collector.cluster.log.LogSettings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.cluster.probe.ProbeSettings;
import io.meshdiag.collector.cluster.watch.WatchSettings;
import io.meshdiag.collector.config.EffectiveConfig;
import io.meshdiag.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void withoutAnythingSetItProbesNothingAndWatchesNoSecretOfCertificates() {
        CollectorConfig config = CollectorSettings.read(Map.of(), Map.of(), null, false);

        assertThat(config.probes().enabled()).isFalse();
        assertThat(config.secrets().cacerts()).isFalse();
        assertThat(config.istioNamespaces()).containsExactly("istio-system");
        assertThat(config.refresh()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aFileMaySetEverything() throws Exception {
        Path file = file("""
                istioNamespaces: [istio-system, istio-canary]
                refresh: PT20M
                istiod:
                  ways: [direct]
                envoy:
                  proxiesPerMinute: 5
                  bytesPerMinute: 2MiB
                probes: {enabled: true}
                """);

        CollectorConfig config = CollectorSettings.read(Map.of(), Map.of(), file, false);

        assertThat(config.istioNamespaces()).containsExactly("istio-system", "istio-canary");
        assertThat(config.refresh()).isEqualTo(Duration.ofMinutes(20));
        assertThat(config.istiod().ways()).containsExactly(Way.DIRECT);
        assertThat(config.envoy().proxiesPerMinute()).isEqualTo(5);
        assertThat(config.envoy().bytesPerMinute()).isEqualTo(2 * 1024 * 1024);
        assertThat(config.probes().enabled()).isTrue();
    }

    @Test
    void theEnvironmentWinsOverTheFileAndAnOptionOverBoth() throws Exception {
        Path file = file("{refresh: PT20M, meshId: of-file, contexts: [of-file]}");
        Map<String, String> environment =
                Map.of("MESHDIAG_COLLECTOR_MESH_ID", "of-environment", "MESHDIAG_COLLECTOR_CONTEXTS", "of-environment");

        CollectorConfig config = CollectorSettings.read(Map.of("contexts", "east,west"), environment, file, false);

        assertThat(config.refresh()).isEqualTo(Duration.ofMinutes(20));
        assertThat(config.meshId()).isEqualTo("of-environment");
        assertThat(config.contexts()).containsExactly("east", "west");
    }

    @Test
    void kafkaIsSetByTheVariablesOfAllPrograms() {
        CollectorConfig config = CollectorSettings.read(
                Map.of(),
                Map.of(
                        "MESHDIAG_BOOTSTRAP_SERVERS", "kafka:9092",
                        "MESHDIAG_SCHEMA_REGISTRY_URL", "http://registry:8080",
                        "MESHDIAG_KAFKA_SECURITY_PROTOCOL", "SSL"),
                null,
                true);

        assertThat(config.kafka().client())
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("schema.registry.url", "http://registry:8080")
                .containsEntry("security.protocol", "SSL");
    }

    @Test
    void allMistakesAreToldAtOnceEachWithItsPlaceItsValueAndWhatIsAccepted() throws Exception {
        Path file = file("""
                refresh: soon
                envoy:
                  proxiesPerMinut: 5
                  bytesPerMinute: 20MB
                probes: true
                """);
        Map<String, String> environment = Map.of(
                "MESHDIAG_COLLECTOR_ISTIOD_WAYS", "carrier-pigeon", "MESHDIAG_COLLECTOR_ISTIOD_INTERVALL", "PT10S");

        assertThatThrownBy(() -> CollectorSettings.read(Map.of(), environment, file, true))
                .isInstanceOf(ConfigException.class)
                .message()
                .contains(
                        "8 problem(s)",
                        "refresh in " + file + " is 'soon'; write an ISO-8601 duration from PT1M to PT24H",
                        "envoy.proxiesPerMinut in " + file + " is not a setting; did you mean envoy.proxiesPerMinute?",
                        "envoy.bytesPerMinute in " + file
                                + " is '20MB'; write a size from 0B to 10GiB, such as 512KiB or 20MiB",
                        "probes in " + file + " is a section; write one of its settings below it: enabled, interval",
                        "MESHDIAG_COLLECTOR_ISTIOD_WAYS is 'carrier-pigeon'; write a list of port-forward, direct, exec",
                        "MESHDIAG_COLLECTOR_ISTIOD_INTERVALL is not a setting; did you mean MESHDIAG_COLLECTOR_ISTIOD_INTERVAL?",
                        "MESHDIAG_BOOTSTRAP_SERVERS (kafka.bootstrapServers in a file) is not set",
                        "MESHDIAG_SCHEMA_REGISTRY_URL (schemaRegistry.url in a file) is not set");
    }

    @Test
    void aFileThatIsNoYamlIsOneMistakeWithItsLine() throws Exception {
        Path file = file("refresh: PT10M\nenvoy: [\n");

        assertThatThrownBy(() -> CollectorSettings.read(Map.of(), Map.of(), file, false))
                .hasMessageContaining("1 problem(s)")
                .hasMessageContaining(file + " is no YAML, line 2: while parsing");
    }

    @Test
    void aSettingThatIsWrittenTwiceIsAMistake() throws Exception {
        Path file = file("refresh: PT10M\nrefresh: PT20M\n");

        assertThatThrownBy(() -> CollectorSettings.read(Map.of(), Map.of(), file, false))
                .hasMessageContaining(file + " is no YAML")
                .hasMessageContaining("refresh");
    }

    @Test
    void aFileThatIsNotThereIsAMistake() {
        Path file = folder.resolve("none.yaml");

        assertThatThrownBy(() -> CollectorSettings.read(Map.of(), Map.of(), file, false))
                .hasMessageContaining(file + " cannot be read (NoSuchFileException)");
    }

    @Test
    void oneClusterIdDoesNotFitTwoClusters() {
        assertThatThrownBy(() -> CollectorSettings.read(
                        Map.of("contexts", "a,b"), Map.of("MESHDIAG_COLLECTOR_CLUSTER_ID", "c1"), null, false))
                .hasMessageContaining("clusterId is set, but there are 2 contexts");
    }

    @Test
    void theEffectiveConfigurationSaysWhereEachValueComesFromAndNothingSecret() throws Exception {
        Path file = file("envoy: {proxiesPerMinute: 5}");
        Map<String, String> environment = Map.of(
                "MESHDIAG_SCHEMA_REGISTRY_URL", "http://reader:hunter2@registry:8080",
                "MESHDIAG_KAFKA_SASL_JAAS_CONFIG", "PlainLoginModule password=\"hunter2\"");

        CollectorConfig config = CollectorSettings.read(Map.of(), environment, file, false);

        assertThat(EffectiveConfig.yaml(config.effective(), config.kafka()))
                .contains("refresh: PT10M  # default\n")
                .contains("envoy:\n  enabled: true  # default\n")
                .contains("  proxiesPerMinute: 5  # envoy.proxiesPerMinute in " + file)
                .contains("url: 'http://****@registry:8080'  # MESHDIAG_SCHEMA_REGISTRY_URL")
                .contains("# client property sasl.jaas.config: ****")
                .doesNotContain("hunter2");
        assertThat(config.toString()).doesNotContain("hunter2");
    }

    @Test
    void theEffectiveConfigurationIsAFileThatMeansTheSame() throws Exception {
        Path file = file("{envoy: {bytesPerMinute: 2MiB}, istioNamespaces: [a, b], httpAddress: '[::1]:9464'}");
        CollectorConfig config = CollectorSettings.read(Map.of(), Map.of(), file, false);

        CollectorConfig again = CollectorSettings.read(
                Map.of(), Map.of(), file(EffectiveConfig.yaml(config.effective(), config.kafka())), false);

        assertThat(again).usingRecursiveComparison().ignoringFields("effective").isEqualTo(config);
    }

    @Test
    void defaultsAreThoseOfWhoLooks() {
        CollectorConfig config = CollectorSettings.read(Map.of(), Map.of(), null, false);

        assertThat(config.watchSettings()).isEqualTo(WatchSettings.DEFAULT);
        assertThat(config.accessSettings()).isEqualTo(AccessSettings.DEFAULT);
        assertThat(config.istiodSettings()).isEqualTo(IstiodSettings.DEFAULT);
        assertThat(config.envoySettings()).isEqualTo(EnvoySettings.DEFAULT);
        assertThat(config.logSettings()).isEqualTo(LogSettings.DEFAULT);
        assertThat(config.cniSettings()).isEqualTo(CniSettings.DEFAULT);
        assertThat(config.probeSettings()).isEqualTo(ProbeSettings.DEFAULT);
    }

    @Test
    void everyVariableIsNamedAfterItsSetting() {
        assertThat(CollectorSettings.all())
                .anySatisfy(s -> assertThat(List.of(s.name(), s.variable()))
                        .containsExactly("envoy.proxiesPerMinute", "MESHDIAG_COLLECTOR_ENVOY_PROXIES_PER_MINUTE"))
                .allSatisfy(s -> assertThat(s.meaning()).endsWith("."));
    }

    private Path file(String yaml) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "collector", ".yaml"), yaml);
    }
}
