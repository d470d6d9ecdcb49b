package io.meshdiag.processor.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.Workload;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Stranger;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final FactHeader HEADER =
            new FactHeader("mesh1", "east", "east-uid", "collector", Instant.EPOCH, "test", "", null);

    @Test
    void areListedProxiesWithoutAPod() {
        ClusterSummary east = strangers(
                List.of(listed("web-1", "istiod-1", "east"), listed("db-1", "istiod-2", "east")),
                List.of(pod("web-1")));

        assertThat(east.getStrangers()).containsExactly(new Stranger("db-1.shop", "east", "istiod-2"));
        assertThat(east.getStrangersCount()).isEqualTo(1);
    }

    @Test
    void areProxiesOfOtherClustersWhateverTheyAreCalled() {
        ClusterSummary east = strangers(List.of(listed("web-1", "istiod-1", "west")), List.of(pod("web-1")));

        assertThat(east.getStrangers()).containsExactly(new Stranger("web-1.shop", "west", "istiod-1"));
    }

    @Test
    void countOnceWhenTwoReplicasListThem() {
        assertThat(strangers(List.of(listed("db-1", "istiod-1", null), listed("db-1", "istiod-2", null)), List.of())
                        .getStrangersCount())
                .isEqualTo(1);
    }

    @Test
    void areToldUpToABoundThoseOfTheClusterItselfFirst() {
        List<ProxyStatus> many = IntStream.rangeClosed(0, 2_000)
                .mapToObj(i -> listed("pod-" + i, "istiod-1", i == 2_000 ? "east" : "west"))
                .toList();

        ClusterSummary east = strangers(many, List.of());

        assertThat(east.getStrangersCount()).isEqualTo(2_001);
        assertThat(east.getStrangers()).hasSize(2_000).startsWith(new Stranger("pod-2000.shop", "east", "istiod-1"));
    }

    private static ClusterSummary strangers(List<ProxyStatus> proxies, List<Workload> pods) {
        ClusterSummary east = ClusterSummary.newBuilder()
                .setMeshId("mesh1")
                .setClusterId("east")
                .setClusterUid("east-uid")
                .setAsOf(Instant.EPOCH)
                .setComplete(true)
                .setSilent(false)
                .setMode(CollectorMode.CLUSTER)
                .build();
        return Strangers.of(east, proxies, pods);
    }

    private static ProxyStatus listed(String name, String istiod, String claims) {
        return ProxyStatus.newBuilder()
                .setHeader(HEADER)
                .setNamespace("shop")
                .setName(name)
                .setIstiod(istiod)
                .setProxyClusterId(claims)
                .setXds(List.of())
                .build();
    }

    private static Workload pod(String name) {
        return Workload.newBuilder()
                .setHeader(HEADER)
                .setNamespace("shop")
                .setName(name)
                .setPhase("Running")
                .build();
    }
}
