package io.meshdiag.collector.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Printable;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Prints facts instead of sending them, one JSON object a line: {@code {"key": …, "kind": …, "fact": {…}}}, or {@code {"key": …, "gone": true}}. Facts
 * are field for field as in their Avro schema; times are ISO-8601 text, and unions carry no type names. Thread-safe.
 */
public final class JsonFactPublisher implements FactPublisher {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final PrintStream out;

    public JsonFactPublisher(PrintStream out) {
        this.out = out;
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        ObjectNode line = JSON.objectNode()
                .put("key", Printable.clean(Facts.key(fact).toString()))
                .put("kind", FactKind.of(fact).segment());
        line.set("fact", json(fact.getSchema(), fact));
        print(line);
        return Outcome.SENT;
    }

    @Override
    public void tombstone(FactKey key) {
        print(JSON.objectNode().put("key", Printable.clean(key.toString())).put("gone", true));
    }

    private void print(ObjectNode line) {
        // One call, so that lines of several threads do not mix.
        out.print(line + "\n");
    }

    @Override
    public void flush() {
        out.flush();
    }

    /** Leaves the stream open: it is the caller's. */
    @Override
    public void close() {
        out.flush();
    }

    private static JsonNode json(Schema schema, Object value) {
        return switch (schema.getType()) {
            case RECORD -> {
                ObjectNode object = JSON.objectNode();
                for (Schema.Field field : schema.getFields()) {
                    object.set(field.name(), json(field.schema(), ((SpecificRecord) value).get(field.pos())));
                }
                yield object;
            }
            case UNION -> value == null ? JSON.nullNode() : json(nonNull(schema), value);
            case ARRAY -> {
                ArrayNode array = JSON.arrayNode();
                ((List<?>) value).forEach(item -> array.add(json(schema.getElementType(), item)));
                yield array;
            }
            case MAP -> {
                TreeMap<String, JsonNode> sorted = new TreeMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, item) -> sorted.put(key.toString(), json(schema.getValueType(), item)));
                yield JSON.objectNode().setAll(sorted);
            }
            case INT -> JSON.numberNode((Integer) value);
            case LONG -> value instanceof Instant ? JSON.textNode(value.toString()) : JSON.numberNode((Long) value);
            case DOUBLE -> JSON.numberNode((Double) value);
            case BOOLEAN -> JSON.booleanNode((Boolean) value);
            case STRING, ENUM -> JSON.textNode(Printable.clean(value.toString()));
            default -> throw new IllegalStateException("facts have no field of type " + schema.getType());
        };
    }

    private static Schema nonNull(Schema union) {
        return union.getTypes().stream()
                .filter(schema -> schema.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }
}
