package io.meshdiag.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.pipeline.LivePipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions that are asked of the facts in Kafka. */
class DeploymentIT {
    @TempDir
    private static Path folder;

    private static LivePipeline kafka;

    @BeforeAll
    static void tellTheFactsOfAFleet() throws Exception {
        kafka = LivePipeline.start();
        try (FactPublisher publisher = kafka.publisher()) {
            new ArchiveCollector(publisher, ArchiveOptions.DEFAULT, CollectProgress.NONE)
                    .collect(new BugReportWriter()
                            .write(Scenario.bundled("failover-blind"), folder.resolve("clusters")));
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void explainsAServiceFromTheFactsOfTwoClusters() {
        Shell.Result result = shell().run(
                        "explain", "--service=batch/reports", "--from=eu-west-1", "--to=us-east-1", "--mesh=retail");

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains(
                        "eu-west-1 has no Service batch/reports",
                        "2 of 2 ready endpoints of batch/reports in us-east-1 have no proxy",
                        "This is configuration, not a fault");
    }

    @Test
    void saysWhenConfigurationExplainsNothing() {
        Shell.Result result = shell().run("explain", "--service=shop/cart", "--from=eu-west-1", "--to=us-east-1");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Nothing in the configuration that is known keeps these requests");
    }

    @Test
    void namesTheClustersThatThereAre() {
        Shell.Result result = shell().run("explain", "--service=shop/cart", "--from=eu-west-9", "--to=us-east-1");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains(
                        "nothing is known of cluster eu-west-9; there are ap-south-1, eu-central-1, eu-west-1, us-east-1");
    }

    @Test
    void showsWhatCollectorsCanSee() {
        Shell.Result result = shell().run("coverage");

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains("cluster eu-west-1", "cluster ap-south-1", "kubernetes/resources", "5 collectors.");
    }

    @Test
    void aPrefixThatIsNoDeploymentsIsToldSo() {
        Map<String, String> elsewhere = new HashMap<>(environment());
        elsewhere.put("MESHDIAG_TOPIC_PREFIX", "nowhere.");
        Shell lost = new Shell(folder.resolve("state"), elsewhere);

        assertThat(lost.run("coverage").err()).contains("there is no topic nowhere.heartbeats");
        assertThat(lost.run("explain", "--service=shop/cart", "--from=a", "--to=b")
                        .err())
                .contains("there is no topic nowhere.config-snapshots");
    }

    private static Shell shell() {
        return new Shell(folder.resolve("state"), environment());
    }

    private static Map<String, String> environment() {
        Map<String, String> settings = kafka.settings();
        return Map.of(
                "MESHDIAG_BOOTSTRAP_SERVERS",
                settings.get("kafka.bootstrapServers"),
                "MESHDIAG_SCHEMA_REGISTRY_URL",
                settings.get("schemaRegistry.url"),
                "MESHDIAG_TOPIC_PREFIX",
                settings.get("kafka.topicPrefix"));
    }
}
