package io.meshdiag.collector.extract.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * A position in a JSON or YAML stream. Handlers take the values they know and ignore the rest: what a handler leaves is skipped without being decoded, so
 * that a secret in a field nobody asks for never becomes a string in memory.
 */
public final class JsonCursor {
    private static final int MAX_NAME = 1_000;

    private final JsonParser parser;

    JsonCursor(JsonParser parser) {
        this.parser = parser;
    }

    /** Takes one field; the cursor stands on its value. */
    @FunctionalInterface
    public interface Field {
        void read(String name) throws IOException, UnreadablePageException;
    }

    /** Takes one array element; the cursor stands on it. */
    @FunctionalInterface
    public interface Element {
        void read() throws IOException, UnreadablePageException;
    }

    /** Every field of an object, by {@link Keys#canonical canonical} name; nothing when the value is no object. */
    public void fields(Field field) throws IOException, UnreadablePageException {
        entries(name -> field.read(Keys.canonical(name)));
    }

    /** Every entry of an object that is a map (labels, host names), by its exact name. */
    public void entries(Field entry) throws IOException, UnreadablePageException {
        if (!isObject()) {
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            entry.read(name);
            parser.skipChildren();
        }
    }

    /** Every element of an array; nothing when the value is no array. */
    public void elements(Element element) throws IOException, UnreadablePageException {
        if (!isArray()) {
            return;
        }
        for (JsonToken next = parser.nextToken();
                next != null && next != JsonToken.END_ARRAY;
                next = parser.nextToken()) {
            element.read();
            parser.skipChildren();
        }
    }

    /** Number of elements of an array, unseen. */
    public int count() throws IOException, UnreadablePageException {
        int[] count = {0};
        elements(() -> count[0]++);
        return count[0];
    }

    public boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    public boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /** A scalar as text, as it stands in the page; null for null, objects and arrays. */
    public String text() throws IOException {
        JsonToken token = parser.currentToken();
        return token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
    }

    /**
     * A name or other short scalar, printable and at most 1,000 characters; null when it is empty: the pages leave out what is empty, in some versions
     * only.
     */
    public String textOrNull() throws IOException {
        String text = text();
        return text == null || text.isEmpty() ? null : Printable.shorten(text, MAX_NAME);
    }

    /** As {@link #textOrNull()}, empty instead of null. */
    public String textOrEmpty() throws IOException {
        String text = textOrNull();
        return text == null ? "" : text;
    }

    /** A number, also where proto JSON writes it as a string; the given one otherwise. */
    public long number(long otherwise) throws IOException {
        String text = text();
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** An RFC 3339 time, in milliseconds as facts carry it; null when it is missing, not a time, or Go's zero time. */
    public Instant time() throws IOException {
        return time(text());
    }

    /** As {@link #time()}, for a text. */
    public static Instant time(String text) {
        if (text == null || text.startsWith("0001-01-01")) {
            return null;
        }
        try {
            return Instant.parse(text.strip()).truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
