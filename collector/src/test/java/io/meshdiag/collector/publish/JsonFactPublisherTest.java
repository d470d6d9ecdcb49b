package io.meshdiag.collector.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Facts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonFactPublisherTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JsonFactPublisher publisher =
            new JsonFactPublisher(new PrintStream(out, false, StandardCharsets.UTF_8));

    @Test
    void aFactIsOneLineWithItsKeyKindAndFields() throws IOException {
        publisher.publish(namespace("shop"));

        JsonNode line = new ObjectMapper().readTree(only());
        assertThat(line.get("key").textValue()).isEqualTo("mesh1/east@0a1b2c3d/NamespaceProfile/shop");
        assertThat(line.get("kind").textValue()).isEqualTo("NamespaceProfile");
        assertThat(line.at("/fact/name").textValue()).isEqualTo("shop");
        assertThat(line.at("/fact/network").isNull()).isTrue();
        assertThat(line.at("/fact/header/observedAt").textValue()).isEqualTo(TestPages.AT.toString());
    }

    @Test
    void aSubjectThatIsGoneSaysSo() {
        publisher.tombstone(Facts.key(namespace("shop")));

        assertThat(only()).isEqualTo("{\"key\":\"mesh1/east@0a1b2c3d/NamespaceProfile/shop\",\"gone\":true}\n");
    }

    @Test
    void aHostileNameCannotSteerTheTerminal() {
        publisher.publish(namespace("shop\u202e\u001b[2J"));

        assertThat(only()).doesNotContain("\u202e", "\u001b");
    }

    private String only() {
        publisher.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static NamespaceProfile namespace(String name) {
        return Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setName(name)
                .build());
    }
}
