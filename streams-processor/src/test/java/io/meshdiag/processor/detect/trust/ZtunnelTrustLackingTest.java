package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZtunnelTrustLackingTest {
    @Test
    void namesTheClusterWhoseZtunnelsLackARootThatSidecarsTrust() {
        assertThat(detect(
                        cluster("east")
                                .trusts("A", "B")
                                .proxiesSignedBy("A", 4)
                                .ztunnelsTrust(3, "A")
                                .linkedTo("west"),
                        cluster("west").trusts("A", "B").proxiesSignedBy("B", 5).linkedTo("east")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).startsWith("east-uid|");
                    assertThat(v.title())
                            .isEqualTo("ztunnels of cluster east do not trust a root that its sidecars trust");
                    assertThat(v.description())
                            .startsWith("0 of 3 ztunnels seen in east trust ")
                            .contains("5 certificates seen in west descend from it.");
                    assertThat(v.affected().getSamples()).containsExactly("east->west");
                    assertThat(v.steps().get(0).getCommand())
                            .isEqualTo("istioctl --context=east ztunnel-config certificates ztunnel-1.istio-system");
                });
    }

    @Test
    void isSilentWhenZtunnelsTrustAllThatSidecarsTrust() {
        assertThat(detect(
                        cluster("east")
                                .trusts("A", "B")
                                .proxiesSignedBy("A", 4)
                                .ztunnelsTrust(3, "A", "B")
                                .linkedTo("west"),
                        cluster("west").trusts("A", "B").proxiesSignedBy("B", 5).linkedTo("east")))
                .isEmpty();
    }

    @Test
    void leavesToOthersWhatSidecarsDoNotTrustEither() {
        assertThat(detect(
                        cluster("east")
                                .trusts("A")
                                .proxiesSignedBy("A", 4)
                                .ztunnelsTrust(3, "A")
                                .linkedTo("west"),
                        cluster("west").trusts("A", "B").proxiesSignedBy("B", 5).linkedTo("east")))
                .isEmpty();
    }

    @Test
    void isSilentAboutARootThatNoCertificateInUseDescendsFrom() {
        assertThat(detect(
                        cluster("east")
                                .trusts("A", "B")
                                .proxiesSignedBy("A", 4)
                                .ztunnelsTrust(3, "A")
                                .linkedTo("west"),
                        cluster("west").trusts("A", "B").proxiesSignedBy("A", 5).linkedTo("east")))
                .isEmpty();
    }

    @Test
    void isSilentWithoutAmbientMode() {
        assertThat(detect(
                        cluster("east").trusts("A", "B").proxiesSignedBy("A", 4).linkedTo("west"),
                        cluster("west").trusts("A", "B").proxiesSignedBy("B", 5).linkedTo("east")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheClusterIsSilent() {
        assertThat(detect(
                        cluster("east")
                                .trusts("A", "B")
                                .proxiesSignedBy("A", 4)
                                .ztunnelsTrust(3, "A")
                                .linkedTo("west")
                                .silent(),
                        cluster("west").trusts("A", "B").proxiesSignedBy("B", 5).linkedTo("east")))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new ZtunnelTrustLacking().detect(mesh(clusters)).toList();
    }
}
