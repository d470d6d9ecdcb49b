package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshdiag.schema.Digests;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** JSON with sorted keys and no blanks: equal content, equal text, whatever the order it was written in. */
public final class CanonicalJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private CanonicalJson() {}

    /** Canonical text; "{}" for a missing node. */
    public static String of(JsonNode node) {
        try {
            return node.isMissingNode() || node.isNull() ? "{}" : MAPPER.writeValueAsString(sorted(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    /** SHA-256 of the canonical text, lower-case hex. */
    public static String sha256(JsonNode node) {
        return Digests.sha256Hex(of(node).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(e -> fields.put(e.getKey(), sorted(e.getValue())));
            return JsonNodeFactory.instance.objectNode().setAll(fields);
        }
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(e -> array.add(sorted(e)));
            return array;
        }
        return node;
    }
}
