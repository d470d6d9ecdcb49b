package io.meshdiag.processor.design;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ServiceEndpoints;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ByDesignTest {
    private final ClusterProfile east = profile("east", "net-1", "eu-west-1");
    private final ClusterProfile west = profile("west", "net-2", "us-east-1");
    private final ServiceEndpoints here = cart("east", 2);
    private final ServiceEndpoints there = cart("west", 3);

    @Test
    void nothingIsExplainedWhereNothingKeepsRequestsAtHome() {
        assertThat(why()).isEmpty();
    }

    @Test
    void aServiceThatIsNotThereCannotAnswer() {
        assertThat(ByDesign.whyOnlyLocal("shop", "cart", side(east, here), new Side(west, Optional.empty(), List.of())))
                .containsExactly(new Reason(
                        "west has no Service shop/cart: there is nothing to answer.",
                        "no ServiceEndpoints fact of shop/cart in west"));
        there.setReady(0);
        there.setNotReady(3);
        there.setReadyWithProxy(0);
        assertThat(why())
                .containsExactly(new Reason(
                        "shop/cart has no ready endpoint in west: there is nothing to answer.",
                        "ServiceEndpoints shop/cart in west: 0 ready, 3 not ready"));
    }

    @Test
    void theMeshConfigOfTheClientsClusterMayKeepHostsInTheCluster() {
        west.setClusterLocalHosts(List.of("*.shop.svc.cluster.local"));
        assertThat(why()).isEmpty();

        east.setClusterLocalHosts(List.of("*.shop.svc.cluster.local"));

        assertThat(why())
                .containsExactly(new Reason(
                        "The mesh config of east keeps shop/cart in the cluster: istiod gives proxies local endpoints only.",
                        "ClusterProfile of east: cluster-local hosts *.shop.svc.cluster.local"));
    }

    @Test
    void aServiceMayBeShownToSomeNamespacesOnly() {
        there.setExportTo(List.of("*"));
        assertThat(why()).isEmpty();

        there.setExportTo(List.of("."));

        assertThat(why())
                .containsExactly(new Reason(
                        "shop/cart in west is shown to namespace shop only: proxies of other namespaces do not get it.",
                        "ServiceEndpoints shop/cart in west: annotation networking.istio.io/exportTo is ."));
    }

    @Test
    void aHeadlessServiceIsResolvedToPodsOfTheOwnCluster() {
        here.setHeadless(true);

        assertThat(why()).singleElement().satisfies(reason -> {
            assertThat(reason.text()).contains("shop/cart is headless");
            assertThat(reason.shownBy()).isEqualTo("ServiceEndpoints shop/cart in east: clusterIP is None");
        });
    }

    @Test
    void podsWithoutAProxyAreNotReachedAcrossNetworks() {
        there.setReadyWithProxy(1);

        assertThat(why())
                .containsExactly(new Reason(
                        "2 of 3 ready endpoints of shop/cart in west have no proxy: they cannot be reached from network"
                                + " net-1, because the gateway of net-2 passes on mutual TLS only.",
                        "ServiceEndpoints shop/cart in west: 1 ready with a proxy"));

        west.setNetwork("net-1");
        assertThat(why()).isEmpty();
    }

    @Test
    void proxiesPreferWhatIsNearOnlyWhereADestinationRuleDetectsOutliers() {
        assertThat(why("{\"host\":\"cart\",\"trafficPolicy\":{\"outlierDetection\":{}}}"))
                .containsExactly(
                        new Reason(
                                "Proxies in east prefer near endpoints of the service and have 2 ready in their own cluster (east is"
                                        + " in eu-west-1, west in us-east-1). Those farther away get requests only while outlier"
                                        + " detection holds near ones for unhealthy.",
                                "DestinationRule shop/prefer in east: outlierDetection is set, and localityLbSetting is not disabled"));
        assertThat(why("{\"host\":\"cart\",\"trafficPolicy\":{\"loadBalancer\":{}}}"))
                .isEmpty();
        assertThat(why("{\"host\":\"cart\",\"trafficPolicy\":{\"outlierDetection\":{},"
                        + "\"loadBalancer\":{\"localityLbSetting\":{\"enabled\":false}}}}"))
                .isEmpty();
        assertThat(why("{\"host\":\"other.shop.svc.cluster.local\",\"trafficPolicy\":{\"outlierDetection\":{}}}"))
                .isEmpty();
    }

    @Test
    void withoutLocalEndpointsThereIsNothingToPrefer() {
        here.setReady(0);

        assertThat(why("{\"host\":\"*.shop.svc.cluster.local\",\"trafficPolicy\":{\"outlierDetection\":{}}}"))
                .isEmpty();
    }

    @Test
    void aSpecThatWasCutOffClaimsNothing() {
        assertThat(why("{\"host\":\"cart\",\"trafficPol")).isEmpty();
    }

    private List<Reason> why() {
        return ByDesign.whyOnlyLocal("shop", "cart", side(east, here), side(west, there));
    }

    private List<Reason> why(String spec) {
        IstioResource rule = IstioResource.newBuilder()
                .setHeader(header("east"))
                .setGroup("networking.istio.io")
                .setVersion("v1")
                .setKind("DestinationRule")
                .setNamespace("shop")
                .setName("prefer")
                .setSpecHash("hash")
                .setCanonicalSpec(spec)
                .build();
        return ByDesign.whyOnlyLocal(
                "shop", "cart", new Side(east, Optional.of(here), List.of(rule)), side(west, there));
    }

    private static Side side(ClusterProfile profile, ServiceEndpoints service) {
        return new Side(profile, Optional.of(service), List.of());
    }

    private static ClusterProfile profile(String cluster, String network, String region) {
        return ClusterProfile.newBuilder()
                .setHeader(header(cluster))
                .setControlPlanes(List.of())
                .setNetwork(network)
                .setRegions(List.of(region))
                .setClusterIdSource("test")
                .build();
    }

    private static ServiceEndpoints cart(String cluster, int ready) {
        return ServiceEndpoints.newBuilder()
                .setHeader(header(cluster))
                .setNamespace("shop")
                .setName("cart")
                .setType("ClusterIP")
                .setPorts(List.of())
                .setSpecHash("hash")
                .setReady(ready)
                .setReadyWithProxy(ready)
                .build();
    }

    private static FactHeader header(String cluster) {
        return FactHeader.newBuilder()
                .setMeshId("mesh1")
                .setClusterId(cluster)
                .setClusterUid(cluster + "-uid")
                .setObserver("archive")
                .setObservedAt(Instant.parse("2026-11-20T12:00:00Z"))
                .setSource("test")
                .setContentHash("")
                .build();
    }
}
