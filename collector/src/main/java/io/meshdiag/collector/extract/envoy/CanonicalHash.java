package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.Keys;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Hash of a piece of proto JSON that is the same for Envoy's spelling and for istiod's: names of fields in one spelling, fields in any order, types
 * without their package (v2 and v3), fractions to the precision of a 32-bit float. As in istioctl's comparison, virtual hosts have no order; all other
 * lists do. Made while the page is read; nothing is kept.
 *
 * <p>What may be a secret has no part in it: Envoy prints {@code [redacted]} there, istiod does not everywhere, and a short secret could be guessed
 * from its hash.
 */
final class CanonicalHash {
    private static final Set<String> SECRET = Set.of(
            "privatekey",
            "privatekeyprovider",
            "password",
            "pkcs12",
            "sessionticketkeys",
            "genericsecret",
            "callcredentials",
            "initialmetadata",
            "accesstoken",
            "authorization",
            "token",
            "clientsecret",
            "hmacsecret",
            "inlinesecret",
            "istiometawasmimagepullsecret");

    private static final Set<String> UNORDERED = Set.of("virtualhosts");
    private static final Pattern FRACTION = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?");
    private static final MathContext FLOAT = new MathContext(6);

    /** Looks at the value of a field of an object, and hashes it. */
    @FunctionalInterface
    interface Value {
        long hash(String key, JsonCursor json) throws IOException, UnreadablePageException;
    }

    private CanonicalHash() {}

    /** The value under a field; an empty key for elements of a list. */
    static long value(String key, JsonCursor json) throws IOException, UnreadablePageException {
        if (json.isObject()) {
            return object(json, CanonicalHash::value);
        }
        if (json.isArray()) {
            boolean ordered = !UNORDERED.contains(key);
            long[] hash = {1};
            json.elements(() -> {
                long element = value("", json);
                hash[0] = ordered ? mix(hash[0], element) : hash[0] + element;
            });
            return mix('[', hash[0]);
        }
        String text = json.text();
        return text == null ? 0 : text(normal(key, text));
    }

    /** An object whose fields are looked at on the way. */
    static long object(JsonCursor json, Value value) throws IOException, UnreadablePageException {
        long[] hash = {1};
        json.entries(name -> {
            String key = Keys.canonical(name);
            if (!SECRET.contains(key)) {
                hash[0] += mix(text(key), value.hash(key, json));
            }
        });
        return mix('{', hash[0]);
    }

    private static String normal(String key, String text) {
        if (key.equals("@type") || key.equals("typeurl")) {
            return text.substring(Math.max(text.lastIndexOf('.'), text.lastIndexOf('/')) + 1);
        }
        boolean fraction = text.indexOf('.') > 0 || text.indexOf('e') > 0 || text.indexOf('E') > 0;
        return fraction && FRACTION.matcher(text).matches()
                ? new BigDecimal(text).round(FLOAT).stripTrailingZeros().toPlainString()
                : text;
    }

    private static long text(String text) {
        return ByteBuffer.wrap(Digests.sha256(text.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    /** Of two hashes, in this order: the finalizer of SplitMix64 over both. */
    static long mix(long a, long b) {
        long z = a * 0x9e3779b97f4a7c15L + b;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
