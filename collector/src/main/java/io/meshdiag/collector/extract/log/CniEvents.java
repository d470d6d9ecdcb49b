package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Gathers what a CNI agent's log tells of pods, one event per pod, kind and fault. */
final class CniEvents {
    private static final int MAX_EVENTS = 2_000;
    private static final int MAX_SIGNATURE = 300;
    private static final int MAX_MESSAGE = 1_000;
    /** Up to Istio 1.18 one deletion writes two lines, "Pod detected as broken, deleting" and "Deleting broken pod". */
    private static final Duration SAME_ACT = Duration.ofSeconds(5);

    private static final Map<String, CniEventKind> KINDS = Map.ofEntries(
            Map.entry("cni.repair.deleted", CniEventKind.REPAIR_DELETED),
            Map.entry("cni.repair.labeled", CniEventKind.REPAIR_LABELED),
            Map.entry("cni.repair.repaired", CniEventKind.REPAIRED),
            Map.entry("cni.repair.failed", CniEventKind.REPAIR_FAILED),
            Map.entry("cni.validation.failed", CniEventKind.VALIDATION_FAILED),
            Map.entry("cni.install.failed", CniEventKind.INSTALL_FAILED),
            Map.entry("cni.install.no-network-config", CniEventKind.INSTALL_FAILED),
            Map.entry("cni.install.done", CniEventKind.INSTALLED),
            Map.entry("cni.config.rewritten", CniEventKind.CONFIG_REWRITTEN),
            Map.entry("cni.config.contested", CniEventKind.CONFIG_REWRITTEN),
            Map.entry("cni.plugin.agent-unreachable", CniEventKind.PLUGIN_ERROR),
            Map.entry("cni.plugin.error", CniEventKind.PLUGIN_ERROR));

    private static final Pattern VARIABLE = Pattern.compile(
            "\\b[0-9a-f]{12,64}\\b|\\b\\d+(?:\\.\\d+)*(?::\\d+)?\\b|\\[[0-9a-f:]+](?::\\d+)?|/proc/\\S+|/var/run/netns/\\S+");

    private final String node;
    private final Map<String, CniEvent> events = new TreeMap<>();

    CniEvents(String node) {
        this.node = node;
    }

    void add(LogSignature.Match match, LogEntry entry, Instant at) {
        CniEventKind kind = KINDS.get(match.signature().name());
        if (kind == null) {
            return;
        }
        String pod = Printable.shorten(match.subject(), MAX_SIGNATURE);
        String signature = signature(kind, match, entry);
        String key = pod + '\0' + kind + '\0' + signature;
        CniEvent event = events.get(key);
        if (event == null) {
            if (events.size() < MAX_EVENTS) {
                events.put(key, event(kind, pod, signature, Redactor.clean(entry.text(), MAX_MESSAGE), at));
            }
            return;
        }
        boolean secondLine = wordingCountsTwice(kind)
                && Duration.between(event.getLastAt(), at).abs().compareTo(SAME_ACT) < 0;
        if (!secondLine) {
            event.setCount(event.getCount() + 1);
        }
        event.setFirstAt(at.isBefore(event.getFirstAt()) ? at : event.getFirstAt());
        event.setLastAt(at.isAfter(event.getLastAt()) ? at : event.getLastAt());
    }

    void publish(Origin origin, FactSink facts) {
        for (CniEvent event : events.values()) {
            event.setHeader(origin.header());
            facts.accept(Digests.stamp(event));
        }
    }

    private CniEvent event(CniEventKind kind, String pod, String signature, String message, Instant at) {
        return new CniEvent(null, kind, node, pod, signature, message, 1L, at, at);
    }

    private static boolean wordingCountsTwice(CniEventKind kind) {
        return kind == CniEventKind.REPAIR_DELETED || kind == CniEventKind.REPAIR_LABELED;
    }

    /** Equal for equal faults: repairs by what was done, errors by their text without pod, ids, addresses and numbers. */
    private static String signature(CniEventKind kind, LogSignature.Match match, LogEntry entry) {
        if (wordingCountsTwice(kind) || kind == CniEventKind.REPAIRED) {
            return match.signature().name();
        }
        String text = Redactor.clean(entry.message(), MAX_MESSAGE);
        if (!match.subject().isEmpty()) {
            text = text.replace(match.subject(), "<pod>");
        }
        return Printable.shorten(VARIABLE.matcher(text).replaceAll("#"), MAX_SIGNATURE);
    }
}
