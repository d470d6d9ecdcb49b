package io.meshdiag.processor.detect.xds;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyNotConnectedTest {
    @Test
    void findsASidecarThatNoReplicaLists() {
        var east = east().sidecar("web-1").sidecar("web-2").proxy("web-2", XdsSyncState.SYNCED, NOW, null);

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.affected().getSamples()).containsExactly("shop/web-1");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=east --namespace=shop delete pod web-1");
        });
    }

    @Test
    void isSilentAboutPodsThatStart() {
        Duration starting = Duration.ofMinutes(5);

        assertThat(detect(east().sidecar("web-1", pod -> pod.setCreatedAt(NOW.minus(starting)))))
                .isEmpty();
        assertThat(detect(east().sidecar(
                                "web-1",
                                pod -> pod.setCreatedAt(NOW.minus(starting).minusSeconds(1)))))
                .hasSize(1);
    }

    @Test
    void isSilentAboutPodsOfARevisionThatRunsElsewhere() {
        assertThat(detect(east().sidecar("web-1", pod -> pod.setRevision("canary"))))
                .isEmpty();
        assertThat(detect(cluster("east").readCompletely().sidecar("web-1"))).isEmpty();
    }

    @Test
    void asksOfAnArchiveThatThePodItselfShowsIt() {
        assertThat(detect(east().archive().sidecar("web-1"))).isEmpty();
        assertThat(detect(east().archive().sidecar("web-1", pod -> pod.setProxyReady(false))))
                .hasSize(1);
        assertThat(detect(east().archive().sidecar("web-1").proxyLogs("web-1", "proxy.xds.connect.refused", NOW)))
                .hasSize(1);
    }

    @Test
    void doesNotKnowWhenAReplicaWasNotRead() {
        var east = cluster("east")
                .controlPlanes("default")
                .source("istiod/syncz", SourceState.PARTIAL)
                .sidecar("web-1");

        assertThat(detect(east)).singleElement().satisfies(v -> assertThat(v.state())
                .isEqualTo(Verdict.State.UNKNOWN));
    }

    private static TestCluster east() {
        return cluster("east").readCompletely().controlPlanes("default");
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new ProxyNotConnected().detect(cluster.view()).toList();
    }
}
