package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.collector.extract.log.LogEntry.Level;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognizes the first line of an entry (Istio: pkg/log; Envoy: --log-format of pilot-agent). */
final class LogLine {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z";
    private static final Pattern HEAD = Pattern.compile("^(" + TIME + ")[ \\t]+([A-Za-z]+)(?:[ \\t]+(.*))?$");
    /** What the kubelet puts in front: in the time zone of the node, where the container runtime writes that. */
    private static final String WRITTEN =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)";

    private static final Pattern PREFIX = Pattern.compile("^(" + WRITTEN + ") (.*)$");
    /** Envoy without Istio's format (≤1.4): {@code [2019-11-13 03:27:11.111][25][warning][config] [file:1] text}. */
    private static final Pattern OLD_ENVOY = Pattern.compile(
            "^\\[(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d\\.\\d+)]\\[\\d+]\\[(\\w+)]\\[(\\w+)] ?(.*)$");

    private static final Pattern ENVOY_SCOPE =
            Pattern.compile("^(envoy \\w+)(?:[ ][^\\t ]+:\\d+)?[ \\t]+(.*?)(?:[ \\t]{1,8}thread=\\d+)?$");
    private static final Pattern SCOPE = Pattern.compile("^([a-z][A-Za-z0-9-]*)\\t(.*)$");
    private static final Pattern CALLER = Pattern.compile("^[\\w./-]+\\.go:\\d+\\t(.*)$");
    private static final Pattern LABELS = Pattern.compile("^(.*)\\t([A-Za-z_][\\w.-]*=[^\\t]*)$");
    private static final Pattern ACCESS_LOG =
            Pattern.compile("^(?:" + WRITTEN + " )?\\[\\d{4}-\\d\\d-\\d\\dT[^]]*] .*");
    private static final int MAX_LABELS = 4_000;
    private static final Set<String> SCOPES = Set.of(
            "default,ads,delta,model,kube,controllers,ca,wle,validationController,validationServer,security,authn,push,krt,status,gateway,retry,klog,xdsproxy,sds"
                    .concat(
                            ",cache,citadelclient,dns,healthcheck,probes,install,cni,repair,cni-agent,cni-plugin,ambient,iptables,validation")
                    .split(","));

    private LogLine() {}

    /** Null when the line begins no entry. */
    static LogEntry parse(String line) {
        if (line.isEmpty()) {
            return null;
        }
        char first = line.charAt(0);
        if (first == '{') {
            return json(line);
        }
        if (first == '[') {
            Matcher old = OLD_ENVOY.matcher(line);
            return old.matches()
                    ? entry(
                            old.group(1) + "T" + old.group(2) + "Z",
                            old.group(3),
                            "envoy " + old.group(4),
                            old.group(5),
                            "")
                    : null;
        }
        if (first < '0' || first > '9') {
            return null;
        }
        Matcher head = HEAD.matcher(line);
        if (head.matches() && Level.of(head.group(2)) != null) {
            return text(head.group(1), head.group(2), head.group(3) == null ? "" : head.group(3));
        }
        Matcher prefix = PREFIX.matcher(line);
        LogEntry entry = prefix.matches() ? parse(prefix.group(2)) : null;
        return entry == null ? null : entry.writtenAt(written(prefix.group(1)));
    }

    private static Instant written(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException e) {
            // Digits that are no date: the entry keeps its own time.
            return null;
        }
    }

    /** Requests, as text or, by {@code accessLogEncoding: JSON}, as objects. */
    static boolean isAccessLog(String line) {
        return (line.indexOf('[') >= 0 && ACCESS_LOG.matcher(line).matches())
                || (line.contains("\"response_code\":")
                        && withoutTimestamp(line).startsWith("{"));
    }

    /** A continuation line as it was before {@code --timestamps}. */
    static String withoutTimestamp(String line) {
        if (line.isEmpty() || line.charAt(0) < '0' || line.charAt(0) > '9') {
            return line;
        }
        Matcher prefix = PREFIX.matcher(line);
        return prefix.matches() ? prefix.group(2) : line;
    }

    private static LogEntry text(String time, String level, String rest) {
        if (rest.startsWith("envoy ")) {
            Matcher envoy = ENVOY_SCOPE.matcher(rest);
            if (envoy.matches()) {
                return entry(time, level, envoy.group(1), envoy.group(2), "");
            }
        }
        String scope = "default";
        String message = rest;
        Matcher named = SCOPE.matcher(message);
        if (named.matches() && SCOPES.contains(named.group(1))) {
            scope = named.group(1);
            message = named.group(2);
        }
        Matcher caller = CALLER.matcher(message);
        if (caller.matches()) {
            message = caller.group(1);
        }
        Matcher labelled = LABELS.matcher(message);
        return labelled.matches()
                ? entry(time, level, scope, labelled.group(1), labelled.group(2))
                : entry(time, level, scope, message, "");
    }

    private static LogEntry json(String line) {
        String[] read = {null, null, "default", null};
        StringBuilder labels = new StringBuilder();
        try {
            JsonPage.readString(
                    line,
                    value -> value.entries(key -> {
                        switch (key) {
                            case "time", "timestamp" -> read[0] = value.text();
                            case "level", "severity" -> read[1] = value.text();
                            case "scope", "logger" -> read[2] = value.text();
                            case "msg", "message" -> read[3] = value.text();
                            case "caller", "thread" -> {}
                            default -> label(labels, key, value.text());
                        }
                    }));
        } catch (IOException | UnreadablePageException e) {
            // Cut at the bound, or not JSON at all: what was read before the cut counts when it makes an entry.
            return entryOf(read, labels);
        }
        return entryOf(read, labels);
    }

    private static LogEntry entryOf(String[] read, StringBuilder labels) {
        return read[1] == null || read[3] == null
                ? null
                : entry(read[0], read[1], read[2], read[3], labels.toString().strip());
    }

    private static void label(StringBuilder labels, String key, String value) {
        if (value != null && labels.length() < MAX_LABELS) {
            labels.append(key).append('=').append(value).append(' ');
        }
    }

    private static LogEntry entry(String time, String level, String scope, String message, String labels) {
        Level known = Level.of(level);
        if (known == null) {
            return null;
        }
        Instant at = JsonCursor.time(time);
        return new LogEntry(at, known, scope == null ? "default" : scope, message, labels, null);
    }
}
