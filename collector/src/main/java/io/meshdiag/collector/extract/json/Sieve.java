package io.meshdiag.collector.extract.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.meshdiag.collector.extract.UnreadablePageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Copies of a JSON page only what is listed, as a stream: what may leave a machine is named, everything else (secrets among it) is skipped without being
 * decoded. Arrays are gone through: what is listed for an array counts for each element, and an element of which nothing is listed stays as {@code {}},
 * so that it can be counted.
 */
public final class Sieve {
    private static final JsonFactory OUTPUT = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final Map<String, Sieve> fields;
    private final UnaryOperator<String> names;
    private final UnaryOperator<String> text;

    private Sieve(Map<String, Sieve> fields, UnaryOperator<String> names, UnaryOperator<String> text) {
        this.fields = fields;
        this.names = names;
        this.text = text;
    }

    /** A scalar, as it is. */
    public static Sieve value() {
        return text(value -> value);
    }

    /** A scalar, made harmless. */
    public static Sieve text(UnaryOperator<String> harmless) {
        return new Sieve(Map.of(), name -> name, harmless);
    }

    /** An object of which nothing is kept until fields are listed; names in any {@link Keys#canonical spelling}. */
    public static Sieve object() {
        return new Sieve(new HashMap<>(), Keys::canonical, null);
    }

    /** An object whose names are exact, for they are data. */
    public static Sieve map() {
        return new Sieve(new HashMap<>(), name -> name, null);
    }

    /** Lists fields that are kept in the same way. */
    public Sieve keep(Sieve what, String... keys) {
        for (String key : keys) {
            fields.put(names.apply(key), what);
        }
        return this;
    }

    /** Lists scalars. */
    public Sieve keep(String... keys) {
        return keep(value(), keys);
    }

    /**
     * Copies a page. Of a page that ends early, or is not well-formed, the copy ends there too: it does not look whole.
     *
     * @throws UnreadablePageException as {@link JsonPage#read}
     */
    public void copy(InputStream page, OutputStream out) throws IOException, UnreadablePageException {
        try (JsonGenerator json = OUTPUT.createGenerator(out)) {
            JsonPage.read(page, root -> {
                write(root, json);
                json.flush();
            });
        }
    }

    private void write(JsonCursor value, JsonGenerator json) throws IOException, UnreadablePageException {
        if (value.isArray()) {
            json.writeStartArray();
            value.elements(() -> write(value, json));
            json.writeEndArray();
        } else if (value.isObject()) {
            json.writeStartObject();
            value.entries(name -> {
                Sieve kept = fields.get(names.apply(name));
                if (kept != null) {
                    json.writeFieldName(name);
                    kept.write(value, json);
                }
            });
            json.writeEndObject();
        } else {
            String scalar = text == null ? null : value.text();
            json.writeString(scalar == null ? null : text.apply(scalar));
        }
    }
}
