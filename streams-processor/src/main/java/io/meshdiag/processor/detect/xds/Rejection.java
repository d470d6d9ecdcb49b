package io.meshdiag.processor.detect.xds;

import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The signature of Envoy's rejections: their text without what differs from proxy to proxy and from push to push, so that one fault in a
 * thousand proxies is one finding, and the same one tomorrow.
 *
 * @param text normalised, at most 300 characters
 */
record Rejection(String text) {
    private static final int MAX_TEXT = 300;

    private record Rule(Pattern pattern, String replacement) {}

    // Order matters: wide forms first, single numbers last.
    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("^(?:Internal:\\s*)?Error adding/updating [a-z]+\\(s\\)\\s*"), ""),
            new Rule(
                    Pattern.compile("\\b(?:inbound|outbound)(?:_?-?vip)?_?\\|[^\\s,'\"]*[^\\s,'\":]"),
                    "<envoy-cluster>"),
            new Rule(Pattern.compile("\\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b"), "<id>"),
            new Rule(Pattern.compile("\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\](?:[:_]\\d+)?"), "<address>"),
            new Rule(Pattern.compile("\\b(?:[0-9a-fA-F]{1,4}:{1,2}){2,7}[0-9a-fA-F]{1,4}\\b"), "<address>"),
            new Rule(Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?:[:_]\\d+)?"), "<address>"),
            new Rule(Pattern.compile("-[a-f0-9]{6,10}-[a-z0-9]{5}\\b"), "-<pod>"),
            new Rule(Pattern.compile("\\b(?=[0-9a-fA-F]*\\d)[0-9a-fA-F]{8,}\\b"), "<hash>"),
            new Rule(Pattern.compile("\\d+"), "<n>"),
            new Rule(Pattern.compile("\\s+"), " "));

    /** Signature of a rejection's text, as in syncz (lastError) or in Envoy's error_state (details). */
    static Rejection of(String text) {
        // One push may name many listeners, each with the same reason: the set of reasons is the fault.
        String lines = Arrays.stream(text.split("\\R"))
                .map(Rejection::normalise)
                .filter(line -> !line.isEmpty())
                .distinct()
                .sorted()
                .collect(Collectors.joining("; "));
        return new Rejection(Printable.shorten(lines, MAX_TEXT));
    }

    /** First 12 hex digits of the SHA-256 of the text: the form that fits into a scope key. */
    String hash() {
        return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
    }

    private static String normalise(String line) {
        String out = Printable.clean(line);
        for (Rule rule : RULES) {
            out = rule.pattern().matcher(out).replaceAll(rule.replacement());
        }
        return out.strip();
    }
}
