package io.meshdiag.collector.cluster.cni;

import static io.meshdiag.collector.cluster.log.FakePods.START;
import static io.meshdiag.collector.cluster.log.FakePods.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.cluster.log.FakePods;
import io.meshdiag.collector.cluster.log.LogSettings.Bound;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CniRoundsTest {
    private static final CniSettings TWO_PER_ROUND = new CniSettings(
            Duration.ofMinutes(1), 2, 2, Duration.ofMinutes(30), Duration.ofDays(1), new Bound(5_000, 1 << 20));
    private static final String AGENT = "kube-system/istio-cni-node-a";
    private static final String METRICS = """
            # TYPE istio_cni_install_ready gauge
            istio_cni_install_ready 1
            istio_cni_installs_total{result="SUCCESS"} 1
            istio_cni_repair_pods_repaired_total{result="success",type="repair"} 3
            """;

    private final FakePods cluster = new FakePods();
    private final List<String> changedNodes = new ArrayList<>();
    private final AgentMetrics metrics = new AgentMetrics(changedNodes::add);
    private final CniMetricsRound metricsRound = new CniMetricsRound(cluster.surroundings(), TWO_PER_ROUND, metrics);
    private final CniLogRound logRound = new CniLogRound(cluster.surroundings(), TWO_PER_ROUND);

    private static String repaired(int minute) {
        return line(START.plusSeconds(60L * minute), "info\tcni-agent\tpod repaired\tpod=shop/web-1");
    }

    private void at(int minute) {
        cluster.now = START.plusSeconds(60L * minute);
    }

    private Pod agent(String name) {
        return cluster.cniAgents().stream()
                .filter(p -> Rotation.name(p).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keepsTheMetricsOfAnAgentForItsNode() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "/metrics", METRICS);

        metricsRound.run();

        assertThat(metrics.of(agent(AGENT))).hasValueSatisfying(values -> {
            assertThat(values.installReady()).isTrue();
            assertThat(values.repairs()).isEqualTo(Map.of("repair/success", 3L));
        });
        assertThat(cluster.asked).containsExactly("kube-system/istio-cni-node-a 15014 /metrics");
        assertThat(cluster.coverage("cni/metrics").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void tellsANodeOnlyWhenItsMetricsChange() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "/metrics", METRICS);
        metricsRound.run();
        metricsRound.run();
        cluster.shows(AGENT, "/metrics", METRICS.replace("install_ready 1", "install_ready 0"));
        metricsRound.run();

        assertThat(changedNodes).containsExactly("node-a", "node-a");
    }

    @Test
    void forgetsTheMetricsOfAnAgentThatIsGone() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "/metrics", METRICS);
        metricsRound.run();
        Pod gone = agent(AGENT);
        cluster.remove(AGENT);

        metricsRound.run();

        assertThat(metrics.of(gone)).isEmpty();
    }

    @Test
    void asksManyAgentsInTurnAndThoseThatAreNotReadyMoreOften() throws Exception {
        for (String node : List.of("a", "b", "c", "d")) {
            cluster.agent("kube-system/cni-" + node, node, !node.equals("d"));
            cluster.shows("kube-system/cni-" + node, "/metrics", METRICS);
        }

        for (int minute = 0; minute < 3; minute++) {
            at(minute);
            metricsRound.run();
        }

        assertThat(cluster.asked.stream()
                        .map(a -> a.substring("kube-system/cni-".length(), "kube-system/cni-a".length())))
                .containsExactly("d", "a", "d", "b", "d", "c");
    }

    @Test
    void saysWhichMetricsAreNotMetrics() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "/metrics", "<html>404</html>");

        metricsRound.run();

        assertThat(cluster.coverage("cni/metrics").getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(cluster.coverage("cni/metrics").getDetail()).contains("no metric in it");
    }

    @Test
    void tellsRepairsOnceHoweverOftenTheLogIsRead() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "install-cni", repaired(0));
        at(1);
        logRound.run();
        at(2);
        logRound.run();
        cluster.shows(AGENT, "install-cni", repaired(0) + repaired(2));
        at(3);
        logRound.run();

        assertThat(cluster.facts.only(CniEvent.class)).hasSize(2).last().satisfies(event -> {
            assertThat(event.getKind()).isEqualTo(CniEventKind.REPAIRED);
            assertThat(event.getNode()).isEqualTo("node-a");
            assertThat(event.getPod()).isEqualTo("shop/web-1");
            assertThat(event.getCount()).isEqualTo(2);
        });
        assertThat(cluster.asked.get(0)).endsWith("install-cni PT24H");
        assertThat(cluster.asked.get(1)).endsWith("install-cni PT1M30S");
    }

    @Test
    void tellsTheSameOfTheSameLogAfterARestart() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "install-cni", repaired(0));
        at(1);
        logRound.run();
        cluster.shows(AGENT, "install-cni", repaired(0) + repaired(2));
        at(3);
        logRound.run();
        CniEvent before = cluster.facts.only(CniEvent.class).get(1);

        new CniLogRound(cluster.surroundings(), TWO_PER_ROUND).run();

        CniEvent after = cluster.facts.only(CniEvent.class).get(2);
        assertThat(after.getHeader().getContentHash())
                .isEqualTo(before.getHeader().getContentHash());
    }

    @Test
    void takesBackTheSignalsOfAnAgentThatIsGone() throws Exception {
        cluster.agent(AGENT, "node-a", true);
        cluster.shows(AGENT, "install-cni", repaired(0));
        logRound.run();
        assertThat(cluster.facts.one(LogSignals.class).getComponent()).isEqualTo("cni");
        cluster.remove(AGENT);

        logRound.run();

        assertThat(cluster.facts.calls())
                .contains("tombstone mesh1/east@0a1b2c3d/LogSignals/cni/kube-system/istio-cni-node-a");
    }
}
