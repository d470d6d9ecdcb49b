package io.meshdiag.sink.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshdiag.sink.store.StoreFlavor.Product;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON files beside this class, in Elasticsearch's dialect and with the default prefix, so that anybody may paste them into a console; put here into
 * the dialect and the prefix that are wanted.
 */
final class Assets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFAULT_PREFIX = "meshdiag-";

    private final String prefix;
    private final Product product;

    Assets(String prefix, Product product) {
        this.prefix = prefix;
        this.product = product;
    }

    /** Contents of a file, named without {@code .json}. */
    ObjectNode read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name + ".json")) {
            if (in == null) {
                throw new FileNotFoundException(name + ".json is not beside " + Assets.class.getName());
            }
            return (ObjectNode) adapt(JSON.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException("own resource cannot be read", e);
        }
    }

    private JsonNode adapt(JsonNode node) {
        if (node.isObject()) {
            ObjectNode adapted = JSON.createObjectNode();
            node.properties().forEach(field -> adapted.set(renamed(field.getKey()), adapt(field.getValue())));
            return product == Product.OPENSEARCH ? openSearch(adapted) : adapted;
        }
        if (node.isArray()) {
            ArrayNode adapted = JSON.createArrayNode();
            node.forEach(element -> adapted.add(adapt(element)));
            return adapted;
        }
        return node.isTextual() ? TextNode.valueOf(renamed(node.textValue())) : node;
    }

    private String renamed(String text) {
        return text.startsWith(DEFAULT_PREFIX) ? prefix + text.substring(DEFAULT_PREFIX.length()) : text;
    }

    private static ObjectNode openSearch(ObjectNode field) {
        if (field.path("type").asText().equals("flattened")) {
            field.put("type", "flat_object");
        }
        return field;
    }

    /** Every field of the mappings with its type, for checks: {@code meshdiag.pair.from → keyword}. */
    static Map<String, String> fields(JsonNode properties) {
        Map<String, String> fields = new TreeMap<>();
        properties.properties().forEach(field -> {
            JsonNode inner = field.getValue().path("properties");
            if (inner.isMissingNode()) {
                fields.put(field.getKey(), field.getValue().path("type").asText());
            } else {
                fields(inner).forEach((name, type) -> fields.put(field.getKey() + "." + name, type));
            }
        });
        return fields;
    }
}
