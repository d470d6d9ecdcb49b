package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootConfigMapStaleTest {
    @Test
    void countsTheNamespacesWhoseCopyIsAnother() {
        var east = cluster("east")
                .rootConfigMap("istio-system", "A")
                .rootConfigMap("payments", "old")
                .rootConfigMap("shop", "A")
                .namespace("payments", n -> n.setPodsWithProxy(4))
                .namespace("shop", n -> n.setPodsWithProxy(2));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.scopeKey()).isEqualTo("east-uid");
            assertThat(v.title()).isEqualTo("1 of 3 namespaces of cluster east have a stale copy of istiod's root");
            assertThat(v.affected().getProxies()).isEqualTo(4);
            assertThat(v.affected().getSamples()).containsExactly("payments");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=east --namespace=payments delete configmap istio-ca-root-cert");
        });
    }

    @Test
    void isSilentAboutNamespacesThatLeftTheMesh() {
        var east = cluster("east")
                .rootConfigMap("istio-system", "A")
                .rootConfigMap("left", "old")
                .rootConfigMap("leaving", "old")
                .namespace("left", n -> n)
                .namespace("leaving", n -> n.setPodsWithProxy(1).setTerminating(true));

        assertThat(detect(east)).isEmpty();
    }

    @Test
    void countsANamespaceThatInjectsAlthoughItHasNoProxyYet() {
        var east = cluster("east").rootConfigMap("istio-system", "A").rootConfigMap("new", "old");

        assertThat(detect(east.namespace("new", n -> n.setInjection("enabled"))))
                .hasSize(1);
    }

    @Test
    void isSilentWhenAnyOfSeveralControlPlanesHandsTheCopyOut() {
        var east = cluster("east")
                .rootConfigMap("istio-system", "A")
                .rootConfigMap("istio-canary", "B")
                .rootConfigMap("shop", "B");
        east.summary().setIstiodNamespaces(List.of("istio-canary", "istio-system"));

        assertThat(detect(east)).isEmpty();
    }

    @Test
    void isSilentWhereNobodyHasSeenIstiodsOwn() {
        assertThat(detect(cluster("east").rootConfigMap("shop", "A").rootConfigMap("payments", "old")))
                .isEmpty();
    }

    @Test
    void doesNotKnowOfAClusterThatFellSilent() {
        var east = cluster("east").rootConfigMap("istio-system", "A").rootConfigMap("shop", "old");

        assertThat(detect(east.silent())).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).containsExactly("cluster east: the collector is silent");
        });
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new RootConfigMapStale().detect(cluster.view()).toList();
    }
}
