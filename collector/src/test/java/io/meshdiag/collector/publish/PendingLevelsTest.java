package io.meshdiag.collector.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PendingLevelsTest {
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final PendingLevels pending = new PendingLevels(Duration.ofHours(1), Duration.ofHours(1));

    @Test
    void onlyTheLatestLevelOfAKeyIsSent() throws InterruptedException {
        pending.put(level("shop", 1));
        pending.put(level("shop", 2));

        assertThat(next()).isEqualTo(2);
        assertThat(pending.take(AT_ONCE)).isNull();
    }

    @Test
    void aNewerLevelWaitsForTheAnswerAboutTheOneThatIsUnderWay() throws InterruptedException {
        pending.put(level("shop", 1));
        Sending first = pending.take(SOON);
        pending.put(level("shop", 2));
        assertThat(pending.take(AT_ONCE)).isNull();

        pending.stored(first);

        assertThat(next()).isEqualTo(2);
    }

    @Test
    void whatFailedIsSentAgainUnlessSomethingNewerIsThere() throws InterruptedException {
        pending.put(level("shop", 1));
        Sending first = pending.take(SOON);
        pending.retry(first, first.level());
        Sending again = pending.take(SOON);
        assertThat(again.level().timestamp()).isEqualTo(1);

        pending.put(level("shop", 2));
        pending.retry(again, again.level());

        assertThat(next()).isEqualTo(2);
    }

    @Test
    void anAnswerToAnAttemptThatWasGivenUpIsNotHeard() throws InterruptedException {
        pending.put(level("shop", 1));
        Sending givenUp = pending.take(SOON);
        pending.recall();
        Sending second = pending.take(SOON);

        pending.stored(givenUp);

        assertThat(pending.size()).isEqualTo(1);
        pending.stored(second);
        assertThat(pending.size()).isZero();
    }

    @Test
    void aKindThatIsHeldHoldsUpNoOther() throws InterruptedException {
        pending.put(level("shop", 1));
        pending.put(new Level(FactKind.CNI_NODE, "mesh/east@1/CniNode/a", new byte[0], 7, 0));

        pending.hold(kind -> kind == FactKind.NAMESPACE_PROFILE);

        assertThat(next()).isEqualTo(7);
        assertThat(pending.take(AT_ONCE)).isNull();
    }

    @Test
    void waitingTellsWhatOfOneClusterIsStillOnItsWay() throws InterruptedException {
        pending.put(level("shop", 1));
        Sending shop = pending.take(SOON);
        pending.put(level("bank", 1));
        assertThat(pending.await("mesh/east@1/", AT_ONCE)).containsEntry(FactKind.NAMESPACE_PROFILE, 2L);
        assertThat(pending.await("mesh/west@2/", AT_ONCE)).isEmpty();

        pending.stored(pending.take(SOON));
        pending.stored(shop);

        assertThat(pending.await("mesh/east@1/", SOON)).isEmpty();
    }

    @Test
    void whatIsGivenUpIsMissedOnlyIfNothingNewerWaits() throws InterruptedException {
        pending.put(level("shop", 1));
        Sending first = pending.take(SOON);
        pending.put(level("shop", 2));
        assertThat(pending.dropped(first)).isFalse();

        assertThat(pending.dropped(pending.take(SOON))).isTrue();
    }

    @Test
    void twentyThousandFactsWaitInSixteenMegabytes() {
        List<ProxyStatus> facts = IntStream.range(0, 20_000)
                .mapToObj(PendingLevelsTest::proxyStatus)
                .toList();
        List<byte[]> keys = facts.stream()
                .map(fact -> Facts.key(fact).toString().getBytes(StandardCharsets.UTF_8))
                .toList();
        List<byte[]> values = facts.stream().map(FactBytes::encode).toList();

        long before = allocated();
        for (int i = 0; i < 20_000; i++) {
            String key = new String(keys.get(i), StandardCharsets.UTF_8);
            pending.put(new Level(FactKind.PROXY_STATUS, key, values.get(i).clone(), 1, 0));
        }
        long megabytes = (allocated() - before) >> 20;

        assertThat(pending.size()).isEqualTo(20_000);
        assertThat(megabytes).isBetween(1L, 16L);
    }

    /** Bytes that this thread ever asked for: more than it keeps, and whatever else this JVM does is not in it. */
    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static ProxyStatus proxyStatus(int i) {
        List<XdsStatus> xds = Stream.of("CDS", "LDS", "EDS", "RDS", "ECDS")
                .map(type -> XdsStatus.newBuilder()
                        .setType(type)
                        .setState(XdsSyncState.SYNCED)
                        .build())
                .toList();
        return Digests.stamp(ProxyStatus.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setNamespace("namespace-" + i % 50)
                .setName("deployment-with-a-name-7d4f9c8b6d-" + i)
                .setIstiod("istiod-1-24-0-5c8d7f9b6d-abcde")
                .setXds(xds)
                .build());
    }

    private long next() throws InterruptedException {
        return pending.take(SOON).level().timestamp();
    }

    private static Level level(String name, int version) {
        return new Level(FactKind.NAMESPACE_PROFILE, "mesh/east@1/NamespaceProfile/" + name, new byte[0], version, 0);
    }
}
