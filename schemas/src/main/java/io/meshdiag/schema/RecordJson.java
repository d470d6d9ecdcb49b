package io.meshdiag.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record as JSON, field for field as in its Avro schema: the schema is the documentation. Times are ISO-8601 text in UTC, enums their symbol, an
 * absent value null. Unlike in Avro's own JSON encoding, unions carry no type names.
 */
public final class RecordJson {
    private RecordJson() {}

    /** All fields, in the schema's order. */
    public static ObjectNode write(SpecificRecord record) {
        return (ObjectNode) write(record.getSchema(), record);
    }

    private static JsonNode write(Schema schema, Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (schema.getType()) {
            case RECORD -> {
                ObjectNode object = json.objectNode();
                for (Schema.Field field : schema.getFields()) {
                    object.set(field.name(), write(field.schema(), ((SpecificRecord) value).get(field.pos())));
                }
                yield object;
            }
            case UNION -> value == null ? json.nullNode() : write(nonNull(schema), value);
            case ARRAY -> {
                ArrayNode array = json.arrayNode();
                ((List<?>) value).forEach(item -> array.add(write(schema.getElementType(), item)));
                yield array;
            }
            case MAP -> {
                Map<String, JsonNode> sorted = new TreeMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, item) -> sorted.put(key.toString(), write(schema.getValueType(), item)));
                yield json.objectNode().setAll(sorted);
            }
            case INT -> json.numberNode((Integer) value);
            case LONG -> value instanceof Instant ? json.textNode(value.toString()) : json.numberNode((Long) value);
            case DOUBLE -> json.numberNode((Double) value);
            case BOOLEAN -> json.booleanNode((Boolean) value);
            case STRING, ENUM -> json.textNode(value.toString());
            default -> throw new IllegalStateException("no record has a field of type " + schema.getType());
        };
    }

    /** What a nullable field holds when it is not null. */
    private static Schema nonNull(Schema union) {
        return union.getTypes().stream()
                .filter(s -> s.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }
}
