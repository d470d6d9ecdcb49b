package io.meshdiag.collector.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.publish.FaultProxy.Fault;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroDeserializer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OutboxIT {
    private static final OutboxSettings HASTY = new OutboxSettings(
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofSeconds(6),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static final InProcessRegistry SCHEMAS = new InProcessRegistry();
    private static RegistryServer registry;
    private static FaultProxy registryNetwork;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final List<FactKey> lost = new CopyOnWriteArrayList<>();
    private final List<String> refusedTimes = new CopyOnWriteArrayList<>();
    private final List<Instant> acceptedTimes = new CopyOnWriteArrayList<>();
    private String prefix;
    private Outbox outbox;

    @BeforeAll
    static void startServers() throws Exception {
        broker = new TestBroker(dir);
        registry = RegistryServer.start(SCHEMAS);
        registryNetwork = new FaultProxy(registry.url().getPort());
    }

    @AfterAll
    static void stopServers() throws Exception {
        broker.close();
        registryNetwork.close();
        registry.close();
    }

    @BeforeEach
    void open(TestInfo test) throws Exception {
        prefix = test.getTestMethod().orElseThrow().getName() + ".";
        broker.create(prefix, Topics.FACTS);
        outbox = outbox(prefix);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    @Test
    void whatIsPublishedIsStoredAndCounted() {
        outbox.publish(namespace("shop", 1));
        outbox.tombstone(Facts.key(namespace("old", 1)));
        outbox.flush();

        assertThat(latest()).containsOnlyKeys("shop", "old");
        assertThat(latest().get("old")).isNull();
        assertThat(namespaceIn(latest().get("shop")).getPodsWithProxy()).isEqualTo(1);
        assertThat(meters.get("meshdiag.collector.facts.published")
                        .tag("kind", "NamespaceProfile")
                        .tag("cluster_id", "east")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("meshdiag.collector.tombstones.published")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("meshdiag.collector.facts.pending").gauge().value())
                .isZero();
    }

    @Test
    void whileKafkaIsStoppedTheLatestLevelsWaitAndArriveWhenItIsBack() {
        outbox.publish(namespace("shop", 0));
        outbox.flush();

        broker.stop();
        for (int version = 1; version <= 500; version++) {
            outbox.publish(namespace("shop", version));
            outbox.publish(namespace("bank", version));
        }
        outbox.tombstone(Facts.key(namespace("bank", 0)));
        assertThat(outbox.pending()).isEqualTo(2);
        broker.start();

        await().atMost(SOON).until(() -> outbox.pending() == 0);
        assertThat(namespaceIn(latest().get("shop")).getPodsWithProxy()).isEqualTo(500);
        assertThat(latest().get("bank")).isNull();
        assertNeverOlderAfterNewer();
    }

    @Test
    void aNetworkThatSwallowsEverythingIsOvercomeWithANewProducer() {
        outbox.publish(namespace("shop", 0));
        outbox.flush();

        broker.network().set(Fault.BLACK_HOLE);
        outbox.publish(namespace("shop", 1));
        await().atMost(SOON)
                .until(() -> outbox.lag().compareTo(HASTY.stuckAfter().plusSeconds(2)) > 0);
        outbox.publish(namespace("shop", 2));
        broker.network().set(Fault.NONE);

        await().atMost(SOON).until(() -> outbox.pending() == 0);
        assertThat(namespaceIn(latest().get("shop")).getPodsWithProxy()).isEqualTo(2);
    }

    @Test
    void connectionsThatAreCutAgainAndAgainCostNothing() {
        for (int round = 1; round <= 5; round++) {
            for (int i = 0; i < 200; i++) {
                outbox.publish(namespace("ns-" + i, round));
            }
            broker.network().set(Fault.RESET);
            broker.network().set(Fault.NONE);
        }
        outbox.flush();

        assertThat(latest()).hasSize(200);
        assertThat(latest().values())
                .extracting(record -> namespaceIn(record).getPodsWithProxy())
                .containsOnly(5);
        assertNeverOlderAfterNewer();
    }

    @Test
    void whileTheRegistryIsAwayKnownKindsFlowAndOthersWait() {
        outbox.publish(namespace("shop", 0));
        outbox.flush();

        registryNetwork.set(Fault.RESET);
        outbox.publish(cniNode("node-1"));
        outbox.publish(namespace("shop", 1));
        await().atMost(SOON).until(() -> outbox.pending() == 1);
        assertThat(namespaceIn(latest().get("shop")).getPodsWithProxy()).isEqualTo(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(failures("registry-away")).isPositive());
        registryNetwork.set(Fault.NONE);

        await().atMost(SOON).until(() -> outbox.pending() == 0);
        assertThat(latest()).containsKey("node-1");
        assertThat(lost).isEmpty();
    }

    @Test
    void aTopicThatIsMissingHoldsUpNoOtherAndIsUsedWhenItIsThere() throws Exception {
        String half = prefix + "half.";
        broker.create(half, List.of(Topics.CONFIG_SNAPSHOTS));
        try (Outbox other = outbox(half)) {
            other.publish(cniEvent());
            other.publish(namespace("shop", 1));
            await().atMost(SOON).until(() -> other.pending() == 1);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(failures("topic-missing")).isPositive());
            broker.create(half, List.of(Topics.CNI_EVENTS));
            await().atMost(SOON).until(() -> other.pending() == 0);
        }
    }

    @Test
    void aSchemaThatTheRegistryWillNeverTakeCostsThatFactAlone() {
        try (Outbox strict = outbox(prefix, Map.of("auto.register.schemas", false))) {
            strict.publish(cniNode("node-unregistered"));
            outbox.publish(namespace("shop", 1));
            outbox.flush();
            strict.publish(namespace("bank", 1));

            await().atMost(SOON).until(() -> strict.pending() == 0);
        }
        assertThat(latest()).containsOnlyKeys("shop", "bank");
        assertThat(lost).containsExactly(Facts.key(cniNode("node-unregistered")));
        assertThat(meters.get("meshdiag.collector.facts.lost")
                        .tag("reason", "schema-refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void recordsFromAClockThatIsAheadAreSentWithAnEarlierTime() {
        Instant ahead = Instant.now().plus(Duration.ofHours(3));
        try (Outbox fast = outbox(prefix, Map.of(), ahead)) {
            for (int i = 0; i < 50; i++) {
                fast.publish(namespace("ns-" + i, 1, ahead));
            }
            await().atMost(SOON).until(() -> fast.pending() == 0);
        }
        assertThat(latest()).hasSize(50);
        assertThat(latest().values()).allSatisfy(record -> {
            assertThat(Instant.ofEpochMilli(record.timestamp()))
                    .isBefore(Instant.now().plus(Duration.ofHours(1)));
            assertThat(namespaceIn(record).getHeader().getObservedAt().toEpochMilli())
                    .isEqualTo(ahead.toEpochMilli());
        });
        assertThat(refusedTimes).isNotEmpty().allSatisfy(detail -> assertThat(detail)
                .contains("NTP"));
        assertThat(lost).isEmpty();
    }

    @Test
    void aSourceWithAWrongTimeIsReportedUntilARecordIsAcceptedAsItIs() {
        outbox.publish(namespace("ahead", 1, Instant.now().plus(Duration.ofDays(1))));
        outbox.flush();
        assertThat(refusedTimes).isNotEmpty();
        assertThat(acceptedTimes).isEmpty();

        outbox.publish(namespace("right", 1));
        outbox.flush();

        assertThat(acceptedTimes).isNotEmpty();
    }

    @Test
    void waitsForOneClusterAndSaysWhatIsLeft() throws Exception {
        broker.network().set(Fault.RESET);
        try {
            outbox.publish(namespace("shop", 1));
            String cluster = Facts.key(namespace("shop", 1)).clusterKey();

            assertThat(outbox.flush(cluster, Duration.ofMillis(100))).containsEntry(FactKind.NAMESPACE_PROFILE, 1L);
            assertThat(outbox.flush("mesh1/other@00000000", Duration.ofMillis(100)))
                    .isEmpty();
        } finally {
            broker.network().set(Fault.NONE);
        }
        assertThat(outbox.flush(Facts.key(namespace("shop", 1)).clusterKey(), SOON))
                .isEmpty();
    }

    private Outbox outbox(String topicPrefix) {
        return outbox(topicPrefix, Map.of());
    }

    private Outbox outbox(String topicPrefix, Map<String, Object> more) {
        return outbox(topicPrefix, more, null);
    }

    private Outbox outbox(String topicPrefix, Map<String, Object> more, Instant clock) {
        Map<String, Object> config = new HashMap<>(broker.clients());
        config.put("schema.registry.url", "http://127.0.0.1:" + registryNetwork.port());
        config.put("delivery.timeout.ms", 5_000);
        config.put("request.timeout.ms", 3_000);
        config.put("max.block.ms", 1_000);
        config.put("reconnect.backoff.max.ms", 200);
        config.putAll(more);
        Outbox opened = clock == null
                ? Outbox.open(config, Topics.named(topicPrefix), HASTY, meters)
                : Outbox.open(config, Topics.named(topicPrefix), HASTY, meters, () -> clock);
        opened.listen(new DeliveryListener() {
            @Override
            public void lost(FactKey key) {
                lost.add(key);
            }

            @Override
            public void timeRefused(String detail) {
                refusedTimes.add(detail);
            }

            @Override
            public void timeAccepted(Instant at) {
                acceptedTimes.add(at);
            }
        });
        return opened;
    }

    private double failures(String reason) {
        return meters.find("meshdiag.collector.delivery.failures").tag("reason", reason).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private Map<String, ConsumerRecord<String, byte[]>> latest() {
        Map<String, ConsumerRecord<String, byte[]>> latest = new HashMap<>();
        broker.read(prefix + Topics.CONFIG_SNAPSHOTS)
                .forEach(record -> latest.put(
                        FactKey.parse(record.key()).subject().get(0), record.value() == null ? null : record));
        return latest;
    }

    private void assertNeverOlderAfterNewer() {
        Map<String, List<Integer>> versions = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : broker.read(prefix + Topics.CONFIG_SNAPSHOTS)) {
            versions.computeIfAbsent(record.key(), key -> new ArrayList<>())
                    .add(
                            record.value() == null
                                    ? Integer.MAX_VALUE
                                    : namespaceIn(record).getPodsWithProxy());
        }
        assertThat(versions.values()).allSatisfy(list -> assertThat(list).isSorted());
    }

    private static NamespaceProfile namespace(String name, int pods) {
        return namespace(name, pods, Instant.now());
    }

    private static NamespaceProfile namespace(String name, int pods, Instant observedAt) {
        return Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(header(observedAt))
                .setName(name)
                .setPodsWithProxy(pods)
                .build());
    }

    private static CniNode cniNode(String name) {
        return Digests.stamp(CniNode.newBuilder()
                .setHeader(header(Instant.now()))
                .setNode(name)
                .build());
    }

    private static CniEvent cniEvent() {
        return Digests.stamp(CniEvent.newBuilder()
                .setHeader(header(Instant.now()))
                .setKind(CniEventKind.SANDBOX_FAILED)
                .setNode("node-1")
                .setPod("shop/web")
                .setSignature("failed")
                .setMessage("failed")
                .setCount(1)
                .setFirstAt(Instant.EPOCH)
                .setLastAt(Instant.EPOCH)
                .build());
    }

    private static FactHeader header(Instant observedAt) {
        FactHeader header = TestPages.ORIGIN.header();
        header.setObservedAt(observedAt);
        return header;
    }

    private static NamespaceProfile namespaceIn(ConsumerRecord<String, byte[]> record) {
        try (AvroDeserializer deserializer = new AvroDeserializer()) {
            deserializer.configure(Map.of("schema.registry.url", registry.url().toString()), false);
            return (NamespaceProfile) deserializer.deserialize(record.topic(), record.value());
        }
    }
}
