package io.meshdiag.standalone.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.finding.Finding;
import io.meshdiag.schema.RecordJson;
import io.meshdiag.schema.TrustedRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A finding as JSON and back, as {@link RecordJson} writes records.
 */
public final class FindingJson {
    static {
        TrustedRecords.trust();
    }

    private FindingJson() {}

    /** All fields, in the schema's order. */
    public static ObjectNode write(Finding finding) {
        return RecordJson.write(finding);
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

    private static Schema nonNull(Schema union) {
        return union.getTypes().stream()
                .filter(s -> s.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow();
    }
}
