package io.meshdiag.standalone.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.finding.Finding;
import io.meshdiag.schema.TrustedRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A finding as JSON and back, field for field as in its Avro schema: the schema is the documentation. Times are ISO-8601 text in UTC, enums their
 * symbol, an absent value null. Unlike Avro's own JSON encoding, unions carry no type names.
 */
public final class FindingJson {
    static {
        TrustedRecords.trust();
    }

    private FindingJson() {}

    /** All fields, in the schema's order. */
    public static ObjectNode write(Finding finding) {
        return (ObjectNode) toJson(finding.getSchema(), finding);
    }

    /**
     * Reads what {@link #write} wrote; fields that are missing get their schema's default.
     *
     * @throws IllegalArgumentException when it is no finding
     */
    public static Finding read(JsonNode json) {
        try {
            return (Finding) fromJson(Finding.getClassSchema(), json);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a finding: " + e.getMessage(), e);
        }
    }

    private static JsonNode toJson(Schema schema, Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (schema.getType()) {
            case RECORD -> {
                ObjectNode object = json.objectNode();
                for (Schema.Field field : schema.getFields()) {
                    object.set(field.name(), toJson(field.schema(), ((SpecificRecord) value).get(field.pos())));
                }
                yield object;
            }
            case UNION -> value == null ? json.nullNode() : toJson(nonNull(schema), value);
            case ARRAY -> {
                ArrayNode array = json.arrayNode();
                ((List<?>) value).forEach(item -> array.add(toJson(schema.getElementType(), item)));
                yield array;
            }
            case MAP -> {
                ObjectNode object = json.objectNode();
                new TreeMap<String, Object>((Map<String, ?>) stringKeys((Map<?, ?>) value))
                        .forEach((key, item) -> object.set(key, toJson(schema.getValueType(), item)));
                yield object;
            }
            case INT -> json.numberNode((Integer) value);
            case LONG -> value instanceof Instant ? json.textNode(value.toString()) : json.numberNode((Long) value);
            case DOUBLE -> json.numberNode((Double) value);
            case BOOLEAN -> json.booleanNode((Boolean) value);
            case STRING, ENUM -> json.textNode(value.toString());
            default -> throw new IllegalStateException("findings have no field of type " + schema.getType());
        };
    }

    private static Object fromJson(Schema schema, JsonNode json) {
        return switch (schema.getType()) {
            case RECORD -> {
                SpecificRecord object = (SpecificRecord) SpecificData.newInstance(
                        Objects.requireNonNull(SpecificData.get().getClass(schema)), schema);
                for (Schema.Field field : schema.getFields()) {
                    JsonNode value = json.get(field.name());
                    if (value == null && !field.hasDefaultValue()) {
                        throw new IllegalArgumentException("field " + field.name() + " is missing");
                    }
                    object.put(
                            field.pos(),
                            value == null
                                    ? SpecificData.get().getDefaultValue(field)
                                    : fromJson(field.schema(), value));
                }
                yield object;
            }
            case UNION -> json.isNull() ? null : fromJson(nonNull(schema), json);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                json.forEach(item -> list.add(fromJson(schema.getElementType(), item)));
                yield list;
            }
            case MAP -> {
                Map<String, Object> map = new LinkedHashMap<>();
                json.properties().forEach(e -> map.put(e.getKey(), fromJson(schema.getValueType(), e.getValue())));
                yield map;
            }
            case INT -> json.intValue();
            case LONG -> schema.getLogicalType() == null ? (Object) json.longValue() : Instant.parse(json.textValue());
            case DOUBLE -> json.doubleValue();
            case BOOLEAN -> json.booleanValue();
            case STRING -> json.textValue();
            case ENUM -> enumConstant(schema, json.textValue());
            default -> throw new IllegalStateException("findings have no field of type " + schema.getType());
        };
    }

    private static Object enumConstant(Schema schema, String symbol) {
        return SpecificData.get().createEnum(schema.hasEnumSymbol(symbol) ? symbol : schema.getEnumDefault(), schema);
    }

    private static Map<String, Object> stringKeys(Map<?, ?> map) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> result.put(key.toString(), value));
        return result;
    }

    private static Schema nonNull(Schema union) {
        return union.getTypes().stream()
                .filter(s -> s.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }
}
