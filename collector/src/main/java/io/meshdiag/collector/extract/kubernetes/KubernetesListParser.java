package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshdiag.collector.extract.UnreadablePageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads what kubectl prints with {@code -o yaml} or {@code -o json} object by object: a List, several documents, or single objects. Memory is
 * bounded by one object, whatever the length of the page.
 */
public final class KubernetesListParser {
    /** A page is given up after so many blank bytes at its start. */
    private static final int MAX_BLANKS = 64 * 1024;

    private static final JsonFactory JSON = new JsonFactory();
    private static final YAMLFactory YAML =
            YAMLFactory.builder().loaderOptions(streaming()).build();

    private KubernetesListParser() {}

    /**
     * What a page held.
     *
     * @param objects objects handed on
     * @param oversized objects left out because they are larger than any object that etcd stores
     */
    public record Result(long objects, long oversized) {}

    /**
     * Hands every object of the page to a consumer, in the page's order. An empty page has no object.
     *
     * @throws UnreadablePageException when the page is not Kubernetes objects or ends early; what came before was handed on. The message never
     *     repeats the page's text, which may hold secrets.
     */
    public static Result parse(InputStream page, Consumer<KubernetesObject> objects)
            throws IOException, UnreadablePageException {
        BufferedInputStream in = new BufferedInputStream(page, 1 << 16);
        int first = firstByte(in);
        if (first < 0) {
            return new Result(0, 0);
        }
        JsonFactory format = first == '{' || first == '[' ? JSON : YAML;
        try (JsonParser parser = format.createParser(in)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            return new Reading(parser, objects).run();
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new UnreadablePageException("not readable as " + (format == JSON ? "JSON" : "YAML")
                    + (at == null ? "" : " from line " + at.getLineNr() + " on")
                    + ": the page ends early or is damaged");
        } catch (YAMLException e) {
            throw new UnreadablePageException("not readable as YAML: the page is damaged or is binary");
        }
    }

    private static LoaderOptions streaming() {
        LoaderOptions options = new LoaderOptions();
        // The default of 3 MB is meant for documents that are loaded whole; here only one object is.
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setMaxAliasesForCollections(20);
        options.setNestingDepthLimit(100);
        return options;
    }

    private static int firstByte(BufferedInputStream in) throws IOException {
        in.mark(MAX_BLANKS + 1);
        int b = in.read();
        for (int i = 0; i < MAX_BLANKS && b >= 0 && b <= ' '; i++) {
            b = in.read();
        }
        in.reset();
        return b;
    }

    /** One pass over one page. */
    private static final class Reading {
        private final JsonParser parser;
        private final Consumer<KubernetesObject> objects;
        private long handed;
        private long oversized;

        Reading(JsonParser parser, Consumer<KubernetesObject> objects) {
            this.parser = parser;
            this.objects = objects;
        }

        Result run() throws IOException, UnreadablePageException {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT -> document();
                    case START_ARRAY -> items();
                    case VALUE_NULL -> {}
                    default -> {
                        // An empty YAML document is an empty text.
                        if (!parser.getText().isBlank()) {
                            throw new UnreadablePageException("not Kubernetes objects but a line of text");
                        }
                    }
                }
            }
            return new Result(handed, oversized);
        }

        /** A List, whose items are handed on one by one, or an object of its own. */
        private void document() throws IOException, UnreadablePageException {
            ObjectNode own = JsonNodeFactory.instance.objectNode();
            BoundedObjectReader reader = new BoundedObjectReader(parser);
            boolean list = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("items") && value == JsonToken.START_ARRAY) {
                    list = true;
                    items();
                } else {
                    JsonNode read = reader.readValue(name);
                    if (read != null) {
                        own.set(name, read);
                    }
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new UnreadablePageException("the page ends in the middle of an object");
            }
            if (list) {
                return;
            }
            if (!own.has("kind")) {
                throw new UnreadablePageException("not Kubernetes objects: there is no field kind");
            }
            hand(own, reader.exhausted());
        }

        private void items() throws IOException, UnreadablePageException {
            JsonToken token;
            while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
                if (token == null) {
                    throw new UnreadablePageException("the page ends in the middle of its list");
                }
                if (token == JsonToken.START_OBJECT) {
                    BoundedObjectReader reader = new BoundedObjectReader(parser);
                    hand(reader.readValue(""), reader.exhausted());
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void hand(JsonNode object, boolean tooLarge) {
            if (tooLarge) {
                oversized++;
            } else if (object != null) {
                handed++;
                objects.accept(new KubernetesObject(object));
            }
        }
    }
}
