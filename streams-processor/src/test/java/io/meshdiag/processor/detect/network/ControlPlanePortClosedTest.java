package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlPlanePortClosedTest {
    private static final String SERVICE = "istiod.istio-system.svc";

    @Test
    void namesThePortThatProxiesOfAClusterCannotConnectTo() {
        assertThat(detect(cluster("east").closedPort(SERVICE, 15012, "timeout", 12), cluster("west")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo(SERVICE + "|east-uid");
                    assertThat(v.title()).isEqualTo("Port 15012 of istiod.istio-system.svc is closed to cluster east");
                    assertThat(v.description())
                            .isEqualTo("12 proxies cannot connect to istiod.istio-system.svc:15012: timeout."
                                    + " Proxies there get no configuration, and no certificate when theirs ends."
                                    + " A timeout is a packet that somebody drops on the way.");
                    assertThat(v.affected().getProxies()).isEqualTo(12);
                    assertThat(v.affected().getSamples()).containsExactly("east/shop/web-1");
                });
    }

    @Test
    void takesTheSameServiceOfTwoClustersForTwoControlPlanes() {
        assertThat(detect(
                        cluster("east").closedPort(SERVICE, 15012, "timeout", 2),
                        cluster("west").closedPort(SERVICE, 15012, "timeout", 2)))
                .hasSize(2);
    }

    @Test
    void isOneFindingForBothPortsOfAnExternalControlPlaneAndAllItsClients() {
        assertThat(detect(
                        cluster("east")
                                .closedPort("istiod.example", 15012, "timeout", 4)
                                .probedControlPlane(
                                        ProbeTarget.WEBHOOK, "istiod.example", 15017, "TCP", "TIMEOUT: no answer"),
                        cluster("west").closedPort("istiod.example", 15012, "timeout", 3)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.title()).isEqualTo("Ports 15012 and 15017 of istiod.example are closed to 2 clusters");
                    assertThat(v.scope().getClusters()).containsExactly("east", "west");
                    assertThat(v.affected().getProxies()).isEqualTo(7);
                    assertThat(v.evidence()).hasSize(3);
                });
    }

    @Test
    void saysWhenTheWebhookPortAloneIsClosed() {
        assertThat(detect(cluster("east")
                        .probedControlPlane(
                                ProbeTarget.WEBHOOK, "istiod.example", 15017, "TCP", "REFUSED: nobody listens")
                        .probedControlPlane(ProbeTarget.CONTROL_PLANE, "istiod.example", 15012, "TCP", "")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.title()).isEqualTo("Port 15017 of istiod.example is closed to cluster east");
                    assertThat(v.description())
                            .contains("The API server cannot have pods injected.")
                            .contains("Refused: the host is there");
                });
    }

    @Test
    void needsTwoProxiesOfAClusterAndOneMachine() {
        assertThat(detect(cluster("east").closedPort(SERVICE, 15012, "timeout", 1)))
                .isEmpty();
        assertThat(detect(cluster("east").machine("db-1").closedPort(SERVICE, 15012, "timeout", 1)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.title())
                            .isEqualTo(
                                    "Port 15012 of istiod.istio-system.svc is closed to 1 machine(s) of cluster east");
                    assertThat(v.scope().getMachines()).containsExactly("db-1");
                    assertThat(v.steps().get(0).getCommand()).isEqualTo("nc -zv -w 5 istiod.istio-system.svc 15012");
                });
    }

    @Test
    void aNameWithoutAnAddressOrAnAnswerThatIsNotTlsIsNoClosedPort() {
        assertThat(detect(cluster("east")
                        .probedControlPlane(
                                ProbeTarget.CONTROL_PLANE, "istiod.example", 15012, "DNS", "DNS_NXDOMAIN: no")
                        .probedControlPlane(ProbeTarget.WEBHOOK, "istiod.example", 15017, "TLS", "NOT_TLS: http")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheClusterIsSilent() {
        assertThat(detect(cluster("east")
                        .closedPort(SERVICE, 15012, "timeout", 12)
                        .silent()))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new ControlPlanePortClosed().detect(mesh(clusters)).toList();
    }
}
