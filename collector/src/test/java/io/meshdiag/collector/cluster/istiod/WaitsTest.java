package io.meshdiag.collector.cluster.istiod;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages of one istiod, one after the other. */
class WaitsTest {
    private static final Instant SEVEN = Instant.parse("2026-11-21T07:00:00Z");
    private static final IstiodPod ISTIOD = new IstiodPod("istio-system", "istiod-a");

    private final Waits waits = new Waits();

    private static ProxyStatus web(Instant at, String sent, String acked, Instant sentAt) {
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
                .setXds(List.of(XdsStatus.newBuilder()
                        .setType("CDS")
                        .setNonceSent(sent)
                        .setNonceAcked(acked)
                        .setSentAt(sentAt)
                        .setState(sent.equals(acked) ? XdsSyncState.SYNCED : XdsSyncState.STALE)
                        .build()))
                .build();
    }

    /** Reads a page to its end on which this proxy is all there is. */
    private ProxyStatus read(ProxyStatus proxy) {
        Waits.Page page = waits.page(ISTIOD);
        page.date(proxy);
        page.complete();
        return proxy;
    }

    private static Instant sentAt(ProxyStatus proxy) {
        return proxy.getXds().get(0).getSentAt();
    }

    @Test
    void aProxyWaitsSinceItsResponseWasSent() {
        assertThat(sentAt(read(web(SEVEN, "n2", "n1", SEVEN.minusSeconds(90))))).isEqualTo(SEVEN.minusSeconds(90));
    }

    @Test
    void aPushToAProxyThatAcknowledgesNothingIsNoNewWaitAndNoNews() {
        ProxyStatus first = read(web(SEVEN, "n2", "n1", SEVEN.minusSeconds(90)));
        ProxyStatus second = read(web(SEVEN.plusSeconds(30), "n3", "n1", SEVEN.plusSeconds(20)));

        assertThat(sentAt(second)).isEqualTo(SEVEN.minusSeconds(90));
        assertThat(second.getHeader().getContentHash())
                .isNotEmpty()
                .isEqualTo(first.getHeader().getContentHash());
        assertThat(second.getXds().get(0).getNonceSent()).isEqualTo("n3");
    }

    @Test
    void whoAcknowledgedSomethingInBetweenBeginsToWaitAnew() {
        read(web(SEVEN, "n2", "n1", SEVEN.minusSeconds(90)));

        assertThat(sentAt(read(web(SEVEN.plusSeconds(30), "n3", "n2", SEVEN.plusSeconds(20)))))
                .isEqualTo(SEVEN.plusSeconds(20));
    }

    @Test
    void whoWasInSyncInBetweenBeginsToWaitAnew() {
        read(web(SEVEN, "n2", null, SEVEN.minusSeconds(90)));
        read(web(SEVEN.plusSeconds(30), "n2", "n2", SEVEN.minusSeconds(90)));

        assertThat(sentAt(read(web(SEVEN.plusSeconds(60), "n3", null, SEVEN.plusSeconds(50)))))
                .isEqualTo(SEVEN.plusSeconds(50));
    }

    @Test
    void withoutATimeItWaitsSinceItWasFirstSeenTo() {
        read(web(SEVEN, "n2", "n1", null));

        assertThat(sentAt(read(web(SEVEN.plusSeconds(60), "n3", "n1", null)))).isEqualTo(SEVEN);
    }

    @Test
    void aPageThatWasCutForgetsNobody() {
        read(web(SEVEN, "n2", "n1", SEVEN));
        waits.page(ISTIOD);

        assertThat(sentAt(read(web(SEVEN.plusSeconds(60), "n3", "n1", SEVEN.plusSeconds(59)))))
                .isEqualTo(SEVEN);
    }
}
