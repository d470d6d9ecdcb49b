package io.meshdiag.collector.archive;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file's name as the table of pages spells it. Tools and people vary it: the top folder may be missing or renamed, the query of a URL may stand
 * there as written, percent-encoded, with another character for the question mark, or not at all, and an extension may have been added.
 */
final class PagePath {
    private static final Set<String> TOP =
            Set.of("cluster", "istio", "proxies", "cni", "operator", "analyze", "vm", "versions", "bug-report.log");
    private static final Pattern ENCODED = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern EXTENSION = Pattern.compile("\\.(json|ya?ml|txt)$");
    private static final int MAX_SEGMENTS = 12;

    private PagePath() {}

    /** The path from one of the bug report's own folders on; empty when the file is in none of them. */
    static String canonical(String entry) {
        String decoded = ENCODED.matcher(entry).replaceAll(PagePath::decode).replace('\\', '/');
        List<String> segments = List.of(decoded.split("/+"));
        List<String> named = segments.stream()
                .filter(s -> !s.isEmpty() && !s.equals("."))
                .limit(MAX_SEGMENTS)
                .toList();
        if (named.contains("..")) {
            return "";
        }
        for (int top = 0; top < Math.min(2, named.size()); top++) {
            if (TOP.contains(named.get(top))) {
                return page(String.join("/", named.subList(top, named.size())));
            }
        }
        return "";
    }

    private static String decode(MatchResult encoded) {
        char c = (char) Integer.parseInt(encoded.group(1), 16);
        // Only what istioctl's URLs hold; anything else stays as it is.
        return Matcher.quoteReplacement(
                c == '?' || c == '/' || c == '=' || c == '&' ? String.valueOf(c) : encoded.group());
    }

    private static String page(String path) {
        int slash = path.lastIndexOf('/');
        String folder = path.substring(0, slash + 1);
        String file = path.substring(slash + 1);
        int query = file.indexOf('?');
        if (query >= 0) {
            file = file.substring(0, query);
        } else if (file.startsWith("config_dump")) {
            file = "config_dump";
        }
        return folder + EXTENSION.matcher(file).replaceFirst("");
    }
}
