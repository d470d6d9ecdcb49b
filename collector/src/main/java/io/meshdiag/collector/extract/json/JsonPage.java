package io.meshdiag.collector.extract.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.schema.Printable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Opens a page and turns what can go wrong with it into one clear sentence that never quotes the page's data. */
public final class JsonPage {
    /** Longest string that is ever held, in characters: a trust bundle of hundreds of certificates fits. Skipped strings have no limit. */
    private static final int MAX_STRING = 4_000_000;

    private static final int MAX_DEPTH = 500;
    private static final int PEEK = 512;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxStringLength(MAX_STRING)
            .maxNestingDepth(MAX_DEPTH)
            .build();
    // Names are data here (host names, labels): a table of them would grow with the page. Without it Jackson decodes to
    // characters first.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    private static final YAMLFactory YAML =
            YAMLFactory.builder().streamReadConstraints(CONSTRAINTS).build();

    private JsonPage() {}

    /** What is done with one top-level value; the cursor stands on its first token. */
    @FunctionalInterface
    public interface Body {
        void read(JsonCursor value) throws IOException, UnreadablePageException;
    }

    /** Reads a page that is one JSON object, array or null. */
    public static void read(InputStream page, Body body) throws IOException, UnreadablePageException {
        BufferedInputStream bytes = peekable(page);
        expectJson(peek(bytes));
        try (JsonParser parser = JSON.createParser(bytes)) {
            parser.nextToken();
            consume(parser, body);
            if (parser.nextToken() != null) {
                throw new UnreadablePageException("something follows the JSON document at character " + offset(parser));
            }
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    /** Reads values that follow each other without an array around them, JSON or YAML, as {@code istioctl -o json|yaml} prints them. */
    public static void readStream(InputStream page, Body body) throws IOException, UnreadablePageException {
        BufferedInputStream bytes = peekable(page);
        String start = peek(bytes);
        boolean json = start.startsWith("{") || start.startsWith("[");
        if (!json && !start.startsWith("---") && !start.matches("(?s)[\\w'\"@]+:(\\s.*|$)")) {
            expectJson(start);
        }
        try (JsonParser parser = (json ? JSON : YAML).createParser(bytes)) {
            while (parser.nextToken() != null) {
                consume(parser, body);
            }
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    /** Reads a page that is one YAML document; nothing at all is a document too, and the body is not asked. */
    public static void readYaml(InputStream page, Body body) throws IOException, UnreadablePageException {
        try (JsonParser parser = YAML.createParser(page)) {
            if (parser.nextToken() != null) {
                consume(parser, body);
            }
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    /** Reads JSON that a page carries inside a string. */
    public static void readString(String json, Body body) throws IOException, UnreadablePageException {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != null) {
                consume(parser, body);
            }
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    private static void consume(JsonParser parser, Body body) throws IOException, UnreadablePageException {
        body.read(new JsonCursor(parser));
        parser.skipChildren();
    }

    private static BufferedInputStream peekable(InputStream page) {
        return new BufferedInputStream(page, 1 << 16);
    }

    private static String peek(BufferedInputStream bytes) throws IOException {
        bytes.mark(PEEK);
        byte[] start = bytes.readNBytes(PEEK);
        bytes.reset();
        String text = new String(start, StandardCharsets.UTF_8).strip();
        return text.startsWith("\uFEFF") ? text.substring(1).strip() : text;
    }

    private static void expectJson(String start) throws UnreadablePageException {
        String lower = start.toLowerCase(Locale.ROOT);
        if (start.isEmpty()) {
            throw new UnreadablePageException(
                    "the page is empty; istiod answers so (401) when it refuses the caller: collect it inside the pod or by port-forward");
        }
        if (start.startsWith("{") || start.startsWith("[") || lower.equals("null")) {
            return;
        }
        if (lower.startsWith("404 page not found")) {
            throw new UnreadablePageException(
                    "the server answered 404: this version has no such page, or ENABLE_DEBUG_ON_HTTP=false hides it");
        }
        if (lower.contains("you must provide a proxyid")) {
            throw new UnreadablePageException("the page wants a proxy: collect it with ?proxyID=<name>.<namespace>");
        }
        if (lower.startsWith("proxy not connected")) {
            throw new UnreadablePageException("the proxy is not connected to this istiod; another replica has it");
        }
        if (lower.contains("unauthorized") || lower.startsWith("401") || lower.contains("forbidden")) {
            throw new UnreadablePageException(
                    "the server refused the caller: collect the page inside the pod or by port-forward");
        }
        if (lower.startsWith("<")) {
            throw new UnreadablePageException("the page is HTML or XML, not JSON: something else answered");
        }
        throw new UnreadablePageException("the page is not JSON: it begins with character '"
                + Printable.shorten(start.substring(0, 1), 10) + "'");
    }

    private static UnreadablePageException unreadable(JsonProcessingException e) {
        long at = e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
        String where = at < 0 ? "" : " at character " + at;
        if (e instanceof JsonEOFException) {
            return new UnreadablePageException("the page ends in the middle" + where + ": the copy is incomplete");
        }
        if (e instanceof StreamConstraintsException) {
            return new UnreadablePageException("the page has a text or nesting beyond the limits" + where);
        }
        // The parser's own message quotes the page, which may hold anything: it is left out, the cause too.
        return new UnreadablePageException("the page is not well-formed" + where);
    }

    private static long offset(JsonParser parser) {
        return parser.currentTokenLocation().getCharOffset();
    }
}
