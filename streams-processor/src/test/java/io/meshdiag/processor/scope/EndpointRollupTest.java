package io.meshdiag.processor.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RemoteEndpoints;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointRollupTest {
    private static final FactHeader HEADER = FactHeader.newBuilder()
            .setMeshId("mesh1")
            .setClusterId("east")
            .setClusterUid("east-uid")
            .setObserver("collector")
            .setObservedAt(Instant.EPOCH)
            .setSource("test")
            .setContentHash("")
            .build();

    @Test
    void countsOtherClustersEndpointsByClusterAndNetworkOverAllReplicas() {
        ClusterSummary summary = rollup(
                List.of(),
                List.of(
                        shards("shop", "cart", "istiod-1", on("west", 2, "us"), on("east", 2, "eu")),
                        shards("shop", "cart", "istiod-2", on("west", 2, "us")),
                        shards("shop", "web", "istiod-1", on("west", 1, "", "us"))));

        assertThat(summary.getRemoteEndpoints())
                .containsExactly(
                        new RemoteEndpoints("west", "", 1, List.of("shop/web")),
                        new RemoteEndpoints("west", "us", 2, List.of("shop/cart", "shop/web")));
        assertThat(summary.getKnownClusters()).containsExactly("east", "west");
    }

    @Test
    void aServiceThatStaysInItsClusterShowsOnlyThatTheClusterIsRead() {
        ClusterSummary summary =
                rollup(List.of(), List.of(shards("kube-system", "kube-dns", "istiod-1", on("west", 2, "us"))));

        assertThat(summary.getRemoteEndpoints()).isEmpty();
        assertThat(summary.getKnownClusters()).containsExactly("west");
    }

    @Test
    void aClusterWithoutAnEndpointIsNotKnown() {
        ClusterSummary summary = rollup(List.of(), List.of(shards("shop", "cart", "istiod-1", on("west", 0, "us"))));

        assertThat(summary.getKnownClusters()).isEmpty();
    }

    @Test
    void sharesServicesWithReadyEndpointsThatOthersMayUse() {
        ClusterSummary summary = rollup(
                List.of(
                        service("shop", "cart", 2, List.of()),
                        service("shop", "empty", 0, List.of()),
                        service("shop", "secret", 2, List.of("~")),
                        service("kube-system", "kube-dns", 2, List.of()),
                        service("istio-system", "istiod", 2, List.of())),
                List.of());

        assertThat(summary.getSharedServices()).isEqualTo(1);
        assertThat(summary.getSharedSamples()).containsExactly("shop/cart");
    }

    private static ClusterSummary rollup(List<ServiceEndpoints> services, List<EndpointShards> shards) {
        ClusterSummary described = ClusterSummary.newBuilder()
                .setMeshId("mesh1")
                .setClusterId("east")
                .setClusterUid("east-uid")
                .setAsOf(Instant.EPOCH)
                .setComplete(true)
                .setSilent(false)
                .setMode(CollectorMode.CLUSTER)
                .setIstiodNamespaces(List.of("istio-system"))
                .build();
        return EndpointRollup.of(described, services, shards).summary();
    }

    private static EndpointShard on(String cluster, int endpoints, String... networks) {
        return new EndpointShard(
                "Kubernetes", cluster, endpoints, endpoints, 0, List.of(networks), endpoints, (long) endpoints);
    }

    private static EndpointShards shards(String namespace, String name, String istiod, EndpointShard... shards) {
        return new EndpointShards(
                HEADER, namespace, name, name + "." + namespace + ".svc.cluster.local", istiod, List.of(shards));
    }

    private static ServiceEndpoints service(String namespace, String name, int ready, List<String> exportTo) {
        return ServiceEndpoints.newBuilder()
                .setHeader(HEADER)
                .setNamespace(namespace)
                .setName(name)
                .setType("ClusterIP")
                .setPorts(List.of())
                .setSpecHash("spec")
                .setReady(ready)
                .setExportTo(exportTo)
                .build();
    }
}
