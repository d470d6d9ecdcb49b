package io.meshdiag.collector.cluster.istiod;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeenProxiesTest {
    private static final Instant SEVEN = Instant.parse("2026-11-21T07:00:00Z");
    private static final IstiodPod A = new IstiodPod("istio-system", "istiod-a");
    private static final IstiodPod B = new IstiodPod("istio-system", "istiod-b");

    private final SeenProxies proxies = new SeenProxies("east");

    private static ProxyStatus proxy(String cluster, Instant at, XdsSyncState state, String nonce, Instant sentAt) {
        return ProxyStatus.newBuilder()
                .setHeader(FactHeader.newBuilder()
                        .setMeshId("mesh")
                        .setClusterId("east")
                        .setClusterUid("0123456789")
                        .setObserver("istiod")
                        .setObservedAt(at)
                        .setSource("istiod:/debug/syncz")
                        .setContentHash("")
                        .build())
                .setNamespace("shop")
                .setName("web-1")
                .setIstiod("istiod-a")
                .setProxyClusterId(cluster)
                .setXds(List.of(XdsStatus.newBuilder()
                        .setType("CDS")
                        .setNonceSent(nonce)
                        .setSentAt(sentAt)
                        .setState(state)
                        .build()))
                .build();
    }

    private ProxySighting seen() {
        return proxies.of("shop", "web-1").orElseThrow();
    }

    @Test
    void aProxyIsStaleSinceItsResponseWasSent() {
        proxies.seen(A, proxy("east", SEVEN, XdsSyncState.STALE, "n1", SEVEN.minusSeconds(90)));

        assertThat(seen().staleSince()).isEqualTo(SEVEN.minusSeconds(90));
        assertThat(seen().firstSeen()).isEqualTo(SEVEN);
    }

    @Test
    void anAcknowledgedProxyIsNotStale() {
        proxies.seen(A, proxy("east", SEVEN, XdsSyncState.STALE, "n1", SEVEN));
        proxies.seen(A, proxy("east", SEVEN.plusSeconds(60), XdsSyncState.SYNCED, "n1", null));

        assertThat(seen().staleSince()).isNull();
    }

    @Test
    void aRejectionIsSaid() {
        proxies.seen(A, proxy("east", SEVEN, XdsSyncState.ERROR, "n1", null));

        assertThat(seen().rejected()).isTrue();
    }

    @Test
    void proxiesOfOtherClustersAreNotOurs() {
        assertThat(proxies.seen(A, proxy("west", SEVEN, XdsSyncState.STALE, "n1", SEVEN)))
                .isEmpty();
        assertThat(proxies.all()).isEmpty();
    }

    private void round(int minute, Set<String> atA, Set<String> atB) {
        if (atA != null) {
            proxies.listed(A, atA);
        }
        if (atB != null) {
            proxies.listed(B, atB);
        }
        proxies.ended(SEVEN.plusSeconds(60L * minute), List.of(A, B));
    }

    @Test
    void aProxyIsUnlistedWhenAllReplicasLackedItTwice() {
        round(0, Set.of("shop/web-2"), Set.of("shop/web-3"));
        assertThat(proxies.unlistedSince("shop", "web-1")).isEmpty();

        round(1, Set.of("shop/web-2"), Set.of());

        assertThat(proxies.unlistedSince("shop", "web-1")).contains(SEVEN);
        assertThat(proxies.unlistedSince("shop", "web-2")).isEmpty();
        assertThat(proxies.unlistedSince("shop", "web-3")).as("missed once").isEmpty();
    }

    @Test
    void aRoundInWhichAReplicaDidNotAnswerMissesNobody() {
        round(0, Set.of(), Set.of());
        round(1, Set.of(), null);

        assertThat(proxies.unlistedSince("shop", "web-1")).isEmpty();
    }

    @Test
    void aProxyStaysUnlistedWhileAReplicaDoesNotAnswerUntilSomeReplicaListsIt() {
        round(0, Set.of(), Set.of());
        round(1, Set.of(), Set.of());

        round(2, Set.of(), null);
        assertThat(proxies.unlistedSince("shop", "web-1")).contains(SEVEN);

        round(3, Set.of("shop/web-1"), null);
        assertThat(proxies.unlistedSince("shop", "web-1")).isEmpty();
    }

    @Test
    void nobodyIsUnlistedWhereThereIsNoIstiod() {
        proxies.ended(SEVEN, List.of());
        proxies.ended(SEVEN.plusSeconds(60), List.of());

        assertThat(proxies.unlistedSince("shop", "web-1")).isEmpty();
    }

    @Test
    void aProxyThatMovesIsAtTheReplicaThatSentLast() {
        proxies.seen(A, proxy("east", SEVEN, XdsSyncState.SYNCED, "n1", SEVEN.minusSeconds(300)));
        proxies.seen(B, proxy("east", SEVEN, XdsSyncState.SYNCED, "n9", SEVEN.minusSeconds(3)));

        assertThat(seen().istiod()).isEqualTo(B);

        proxies.listed(B, Set.of());
        assertThat(seen().istiod()).isEqualTo(A);
    }
}
