package io.meshdiag.collector.cluster.objects;

import static io.meshdiag.collector.cluster.objects.Objects.istiod;
import static io.meshdiag.collector.cluster.objects.Objects.namespace;
import static io.meshdiag.collector.cluster.objects.Objects.node;
import static io.meshdiag.collector.cluster.objects.Objects.pod;
import static io.meshdiag.collector.cluster.objects.Objects.service;
import static io.meshdiag.collector.cluster.objects.Objects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.SourceState;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstListsTest {
    private static final String SHOP = namespace("shop", "istio-injection: enabled")
            + node("n1")
            + pod("shop", "web-1")
            + service("shop", "web")
            + slice("shop", "web-x", "web", "web-1");

    private final TestCluster cluster = new TestCluster();

    @Test
    void endpointsWaitForAllThatTheyJoin() {
        cluster.see(SHOP);
        cluster.list("services", "endpointslices", "namespaces", "deployments");
        assertThat(cluster.news()).doesNotContain("ServiceEndpoints/shop/web");

        cluster.list("pods");
        assertThat(cluster.news()).contains("ServiceEndpoints/shop/web", "Workload/shop/web-1");
        assertThat(cluster.objects.settled()).isFalse();

        cluster.listAll();
        cluster.news();
        assertThat(cluster.objects.settled()).isTrue();
    }

    @Test
    void endpointsDoWithoutPodsThatMayNotBeRead() {
        cluster.see(service("shop", "web") + slice("shop", "web-x", "web", "web-1"));
        cluster.listAllBut("pods");
        assertThat(cluster.news()).doesNotContain("ServiceEndpoints/shop/web");

        cluster.state("pods", SourceState.FORBIDDEN);

        assertThat(cluster.news()).contains("ServiceEndpoints/shop/web");
        assertThat(cluster.last(ServiceEndpoints.class).getReadyWithProxy()).isNull();
        assertThat(cluster.objects.settled()).isTrue();
        assertThat(cluster.objects.complete()).as("pods").isFalse();
    }

    @Test
    void withoutSlicesNoServiceIsSaidToHaveNoEndpoints() {
        cluster.see(SHOP);
        cluster.state("endpointslices", SourceState.FORBIDDEN);
        cluster.listAllBut("endpointslices");

        assertThat(cluster.news()).contains("Workload/shop/web-1").doesNotContain("ServiceEndpoints/shop/web");
    }

    @Test
    void anApiServerThatDoesNotServeSlicesHasEndpointsAllTheSame() {
        cluster.book.inherit(List.of(TestCluster.key("ServiceEndpoints/shop/web")));
        cluster.see(SHOP);
        cluster.listAllBut("endpointslices");
        cluster.notServed("endpointslices");

        assertThat(cluster.news()).doesNotContain("ServiceEndpoints/shop/web", "gone ServiceEndpoints/shop/web");
        assertThat(cluster.objects.settled()).isTrue();
    }

    @Test
    void whatIsUnreachableIsWaitedFor() {
        cluster.see(SHOP);
        cluster.state("pods", SourceState.UNREACHABLE);
        cluster.listAllBut("pods");

        assertThat(cluster.news()).doesNotContain("ServiceEndpoints/shop/web");
        assertThat(cluster.objects.settled()).isFalse();
    }

    @Test
    void whatVanishedWhileNobodyLookedIsGone() {
        cluster.book.inherit(List.of(
                TestCluster.key("Workload/shop/web-1"),
                TestCluster.key("Workload/shop/web-0"),
                TestCluster.key("ServiceEndpoints/shop/old"),
                TestCluster.key("NamespaceProfile/old"),
                TestCluster.key("TrustBundle/NAMESPACE/old/istio-ca-root-cert"),
                TestCluster.key("WorkloadEntry/shop/vm-0"),
                TestCluster.key("IstioResource/networking.istio.io/VirtualService/shop/old"),
                TestCluster.key("RemoteSecret/istio-system/istio-remote-secret-old/old")));
        cluster.see(SHOP);
        cluster.listAll();

        assertThat(cluster.news())
                .contains(
                        "gone Workload/shop/web-0",
                        "gone ServiceEndpoints/shop/old",
                        "gone NamespaceProfile/old",
                        "gone TrustBundle/NAMESPACE/old/istio-ca-root-cert",
                        "gone WorkloadEntry/shop/vm-0",
                        "gone IstioResource/networking.istio.io/VirtualService/shop/old",
                        "gone RemoteSecret/istio-system/istio-remote-secret-old/old",
                        "Workload/shop/web-1")
                .doesNotContain("gone Workload/shop/web-1");
    }

    @Test
    void aDeniedKindKeepsWhatACollectorBeforeTold() {
        cluster.book.inherit(List.of(
                TestCluster.key("Workload/shop/web-0"),
                TestCluster.key("ProxyConfig/shop/web-0"),
                TestCluster.key("RemoteSecret/istio-system/istio-remote-secret-west/west")));
        cluster.state("pods", SourceState.FORBIDDEN);
        cluster.state("secrets", SourceState.FORBIDDEN);
        cluster.list("namespaces", "nodes", "services", "endpointslices", "configmaps");

        assertThat(cluster.news()).noneMatch(line -> line.startsWith("gone"));
    }

    @Test
    void aKindThatIsDeniedLaterKeepsItsFacts() {
        cluster.see(SHOP);
        cluster.listAll();
        cluster.news();

        cluster.state("pods", SourceState.FORBIDDEN);

        assertThat(cluster.news()).isEmpty();
    }

    @Test
    void anotherClustersKeysAreNotOurs() {
        var west = io.meshdiag.schema.FactKey.parse("mesh1/west@76543210/Workload/shop/web-0");
        cluster.book.inherit(List.of(west));
        cluster.listAll();

        assertThat(cluster.news()).noneMatch(line -> line.startsWith("gone"));
    }

    @Test
    void whatOthersToldOfPodsThatVanishedIsGoneWithTheFirstListOfPods() {
        cluster.book.inherit(List.of(
                TestCluster.key("ProxyConfig/shop/web-0"),
                TestCluster.key("ProxyConfig/shop/web-1"),
                TestCluster.key("TrustBundle/PROXY/shop/web-0"),
                TestCluster.key("LogSignals/proxy/shop/web-0"),
                TestCluster.key("proxy-status/shop/web-1/istiod-0"),
                TestCluster.key("proxy-status/shop/web-1/istiod-1"),
                TestCluster.key("EndpointShards/shop/web/istiod-0")));
        cluster.see(SHOP + istiod("istiod-1"));
        cluster.list("pods");

        assertThat(cluster.news())
                .filteredOn(line -> line.startsWith("gone"))
                .containsExactly(
                        "gone EndpointShards/shop/web/istiod-0",
                        "gone LogSignals/proxy/shop/web-0",
                        "gone ProxyConfig/shop/web-0",
                        "gone TrustBundle/PROXY/shop/web-0",
                        "gone proxy-status/shop/web-1/istiod-0");
    }
}
