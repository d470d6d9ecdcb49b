package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.Undelivered;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class HeartbeatRoundTest {
    private final SlowReaders readers = new SlowReaders();
    private final Book book = new Book(readers, Duration.ofMinutes(10));
    private final SourceBoard board = new SourceBoard();
    private boolean firstRoundDone = true;
    private final HeartbeatRound round = new HeartbeatRound(
            "collector-1",
            CollectorMode.CLUSTER,
            "1.0",
            Duration.ofSeconds(30),
            () -> TestPages.ORIGIN,
            book,
            board,
            readers,
            () -> firstRoundDone);

    @Test
    void saysHowManySubjectsThereAreAndWhatCanBeRead() throws InterruptedException {
        book.accept(namespace("shop"));
        board.read("kubernetes/pods", "", TestPages.AT);

        round.run();

        Heartbeat heartbeat = readers.heartbeats.get(0);
        assertThat(heartbeat.getMode()).isEqualTo(CollectorMode.CLUSTER);
        assertThat(heartbeat.getIntervalSeconds()).isEqualTo(30);
        assertThat(heartbeat.getSubjects()).containsExactly(new NamedCount("NamespaceProfile", 1L));
        assertThat(heartbeat.getSources()).isEqualTo(board.coverage());
    }

    @Test
    void isSilentUntilEverySourceWasTriedOnce() throws InterruptedException {
        firstRoundDone = false;
        round.run();
        assertThat(readers.heartbeats).isEmpty();

        firstRoundDone = true;
        round.run();
        assertThat(readers.heartbeats).hasSize(1);
    }

    @Test
    void theFirstWaitsUntilAllThatItCountsIsStored() throws InterruptedException {
        book.accept(namespace("shop"));
        readers.left = Map.of(FactKind.NAMESPACE_PROFILE, 1L);
        round.run();
        assertThat(readers.heartbeats).isEmpty();

        readers.left = Map.of();
        round.run();
        assertThat(readers.heartbeats).hasSize(1);
    }

    @Test
    void laterOnesLeaveOutWhatIsStillOnItsWay() throws InterruptedException {
        book.accept(namespace("shop"));
        round.run();

        book.accept(namespace("bank"));
        readers.left = Map.of(FactKind.NAMESPACE_PROFILE, 1L);
        round.run();

        assertThat(readers.heartbeats.get(1).getSubjects()).containsExactly(new NamedCount("NamespaceProfile", 1L));
    }

    @Test
    void saysWhichKindsWaitForLongerThanUntilTheNextHeartbeat() throws InterruptedException {
        readers.waiting.put(FactKind.ENDPOINT_SHARDS, new FactPublisher.Backlog(12, Duration.ofSeconds(100)));
        readers.waiting.put(FactKind.PROXY_STATUS, new FactPublisher.Backlog(40, Duration.ofSeconds(29)));

        round.run();

        assertThat(readers.heartbeats.get(0).getUndelivered())
                .containsExactly(new Undelivered("EndpointShards", 12L, 90L));
    }

    private static NamespaceProfile namespace(String name) {
        return Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setName(name)
                .build());
    }

    /** Says what is still on its way when it is asked to wait. */
    private static final class SlowReaders implements FactPublisher {
        private final List<Heartbeat> heartbeats = new ArrayList<>();
        private final SortedMap<FactKind, Backlog> waiting = new TreeMap<>();
        private Map<FactKind, Long> left = Map.of();

        @Override
        public Outcome publish(SpecificRecord fact) {
            if (fact instanceof Heartbeat heartbeat) {
                heartbeats.add(heartbeat);
            }
            return Outcome.SENT;
        }

        @Override
        public void tombstone(FactKey key) {}

        @Override
        public void flush() {}

        @Override
        public Map<FactKind, Long> flush(String clusterKey, Duration atMost) {
            assertThat(clusterKey).isEqualTo("mesh1/east@0a1b2c3d");
            return left;
        }

        @Override
        public SortedMap<FactKind, Backlog> backlog(String clusterKey) {
            return waiting;
        }

        @Override
        public void close() {}
    }
}
