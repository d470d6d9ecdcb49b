package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/**
 * Builds one object from a stream within a budget, and leaves out what is large and never looked at. When the budget is used up the rest of the
 * object is read past, so that the next one can be read.
 */
final class BoundedObjectReader {
    /** Characters and nodes of one object. etcd refuses objects above 1.5 MiB, so a larger one is no Kubernetes object. */
    private static final int BUDGET = 8 * 1024 * 1024;

    /** fieldsV1 and the schema of CRDs are bulk; last-applied-configuration repeats what may be secret. */
    private static final Set<String> LEFT_OUT =
            Set.of("fieldsV1", "openAPIV3Schema", "kubectl.kubernetes.io/last-applied-configuration");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser parser;
    private int budget = BUDGET;

    BoundedObjectReader(JsonParser parser) {
        this.parser = parser;
    }

    /** True when the object was larger than the budget and is not whole. */
    boolean exhausted() {
        return budget <= 0;
    }

    /** The value at the parser's current token, which is consumed to its end; null when it is left out. */
    JsonNode readValue(String name) throws IOException {
        if (exhausted() || LEFT_OUT.contains(name)) {
            parser.skipChildren();
            return null;
        }
        JsonToken token = parser.currentToken();
        budget--;
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT -> number();
            case VALUE_NUMBER_FLOAT, VALUE_STRING -> text(token);
            default -> throw new IOException("unexpected token " + token);
        };
    }

    private ObjectNode object() throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            budget -= name.length();
            parser.nextToken();
            JsonNode value = readValue(name);
            if (value != null) {
                object.set(name, value);
            }
        }
        return object;
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = NODES.arrayNode();
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
            JsonNode value = readValue("");
            if (value != null) {
                array.add(value);
            }
        }
        return array;
    }

    /** Numbers beyond long stay as their text: no field that is read is that large, and a huge number costs time to parse. */
    private JsonNode number() throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> NODES.numberNode(parser.getLongValue());
            default -> text(JsonToken.VALUE_NUMBER_INT);
        };
    }

    private JsonNode text(JsonToken token) throws IOException {
        budget -= parser.getTextLength();
        if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.getTextLength() < 32) {
            return NODES.numberNode(parser.getDoubleValue());
        }
        return NODES.textNode(parser.getText());
    }
}
