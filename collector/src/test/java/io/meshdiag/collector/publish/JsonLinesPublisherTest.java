package io.meshdiag.collector.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Facts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesPublisherTest {
    private final StringWriter out = new StringWriter();
    private final JsonLinesPublisher publisher = new JsonLinesPublisher(new PrintWriter(out));

    @Test
    void aFactIsOneLineWithItsKeyAndItsTopic() throws Exception {
        publisher.publish(heartbeat("collector-1"));

        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.get("key").asText()).isEqualTo("mesh1/east@0a1b2c3d/heartbeats/collector-1");
        assertThat(line.get("topic").asText()).isEqualTo("heartbeats");
        assertThat(line.at("/fact/intervalSeconds").asInt()).isEqualTo(30);
        assertThat(line.at("/fact/header/observedAt").asText()).isEqualTo(TestPages.AT.toString());
    }

    @Test
    void aSubjectThatIsGoneHasNoFact() {
        publisher.tombstone(Facts.key(heartbeat("collector-1")));

        assertThat(out.toString()).endsWith("\"fact\":null}\n");
    }

    @Test
    void aHostileNameCannotTurnTheTerminalsTextAround() {
        publisher.publish(heartbeat("evil\u202Etxt\u001b[2J"));

        assertThat(out.toString()).contains("\\u202E", "\\u001B").doesNotContain("\u202E", "\u001b");
    }

    @Test
    void publishedFactsAreCountedByKindAndOutcome() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (MeteredPublisher metered = new MeteredPublisher(publisher, registry, "east")) {
            metered.publish(heartbeat("a"));
            metered.publish(heartbeat("b"));
            metered.tombstone(Facts.key(heartbeat("a")));
        }

        assertThat(registry.get("meshdiag.collector.facts.published")
                        .tags("cluster", "east", "kind", "heartbeats", "outcome", "sent")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("meshdiag.collector.facts.published")
                        .tags("outcome", "gone")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private static Heartbeat heartbeat(String collector) {
        return Digests.stamp(Heartbeat.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setCollector(collector)
                .setVersion("1")
                .setMode(CollectorMode.CLUSTER)
                .setIntervalSeconds(30)
                .setSources(List.of())
                .setSubjects(List.of())
                .setLook(null)
                .build());
    }
}
