package io.meshdiag.collector.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.RecordJson;
import java.io.PrintWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Prints facts in place of sending them: one JSON object a line, with the fact's key, its topic, and the fact itself, null for a subject that is
 * gone. Thread-safe.
 */
public final class JsonLinesPublisher implements FactPublisher {
    /** Names of other people's objects must not move a terminal's cursor, or turn its text around. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final PrintWriter out;

    /** @param out stays open */
    public JsonLinesPublisher(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        print(Facts.key(fact), RecordJson.write(fact));
        return Outcome.SENT;
    }

    @Override
    public void tombstone(FactKey key) {
        print(key, null);
    }

    private void print(FactKey key, ObjectNode fact) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("key", key.toString());
        line.put("topic", key.kind().topic());
        line.set("fact", fact);
        try {
            String text = JSON.writeValueAsString(line);
            synchronized (out) {
                out.println(text);
            }
        } catch (JsonProcessingException e) {
            throw new PublishException("a fact cannot be written as JSON", e);
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
