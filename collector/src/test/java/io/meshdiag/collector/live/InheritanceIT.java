package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.publish.FaultProxy.Fault;
import io.meshdiag.collector.publish.KafkaFactPublisher;
import io.meshdiag.collector.publish.PublishedKeys;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.collector.publish.TestBroker;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class InheritanceIT {
    private static final String UID = "0a1b2c3d-0000-4000-8000-000000000001";
    private static final Topics TOPICS = Topics.named("meshdiag.");

    @TempDir
    private Path dir;

    private final RecordedFacts told = new RecordedFacts();
    private final Book book = new Book(told, Duration.ofMinutes(10));

    @Test
    void whatVanishedWhileNoCollectorRanIsGoneAsSoonAsKafkaCanBeRead() throws Exception {
        try (TestBroker broker = new TestBroker(dir)) {
            broker.create("meshdiag.", Topics.FACTS);
            try (KafkaFactPublisher before = publisher(broker)) {
                before.publish(namespace("mesh1", "east", UID, "shop"));
                before.publish(namespace("mesh1", "east", UID, "bank"));
                before.publish(namespace("mesh1", "east", UID, "long-gone"));
                before.tombstone(Facts.key(namespace("mesh1", "east", UID, "long-gone")));
                before.publish(namespace("mesh1", "west", "ffffffff-1", "shop"));
                before.publish(namespace("old-mesh", "old-name", UID, "shop"));
                before.publish(heartbeat("old-mesh", "old-name", Instant.now().minus(Duration.ofHours(1))));
                before.publish(heartbeat("mesh1", "east", Instant.now()));
                before.publish(namespace("mesh1", "twin", UID, "shop"));
                before.publish(heartbeat("mesh1", "twin", Instant.now()));
                before.flush();
            }
            broker.network().set(Fault.RESET);
            Map<String, Object> config = broker.clients();
            config.put("reconnect.backoff.max.ms", 100);
            try (Inheritance inheritance = new Inheritance(
                            () -> PublishedKeys.ofCluster(config, TOPICS, UID),
                            new Inheritance.Names("mesh1/east@0a1b2c3d", Set.of()),
                            book,
                            new SourceBoard(),
                            told,
                            InstantSource.system())
                    .start()) {
                // The only list before a watch shows "bank" alone.
                Book.Look list = book.look(key -> true);
                list.accept(namespace("mesh1", "east", UID, "bank"));
                list.complete();
                assertThat(inheritance.done()).isFalse();

                broker.network().set(Fault.NONE);

                await().atMost(Duration.ofSeconds(60)).until(inheritance::done);
            }
        }
        assertThat(told.calls())
                .containsExactlyInAnyOrder(
                        "NamespaceProfile",
                        "tombstone mesh1/east@0a1b2c3d/NamespaceProfile/shop",
                        "tombstone old-mesh/old-name@0a1b2c3d/NamespaceProfile/shop",
                        "tombstone old-mesh/old-name@0a1b2c3d/heartbeats/collector-1");
        assertThat(book.subjects()).containsExactly(Map.entry("NamespaceProfile", 1L));
    }

    private static KafkaFactPublisher publisher(TestBroker broker) {
        Map<String, Object> config = broker.clients();
        config.put("schema.registry.url", "memory://inheritance");
        return KafkaFactPublisher.open(config, TOPICS);
    }

    private static NamespaceProfile namespace(String mesh, String cluster, String uid, String name) {
        return Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(new Origin(mesh, cluster, uid, "test", Instant.now(), "test").header())
                .setName(name)
                .build());
    }

    private static Heartbeat heartbeat(String mesh, String cluster, Instant at) {
        return Digests.stamp(Heartbeat.newBuilder()
                .setHeader(new Origin(mesh, cluster, UID, "test", at, "test").header())
                .setCollector("collector-1")
                .setVersion("1")
                .setMode(CollectorMode.CLUSTER)
                .setIntervalSeconds(30)
                .setSources(List.of())
                .setSubjects(List.of())
                .build());
    }
}
