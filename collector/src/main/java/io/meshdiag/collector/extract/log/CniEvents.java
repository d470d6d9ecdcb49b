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
    /** Events of one log. */
    static final int MAX_EVENTS = 2_000;

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
    private final String owner;
    private final int max;
    private final Map<String, CniEvent> events = new TreeMap<>();

    /**
     * @param owner pod that lines are about which name none, as namespace/name; empty when they are about the node
     * @param max events kept; of more, the later ones are left out
     */
    CniEvents(String node, String owner, int max) {
        this.node = node;
        this.owner = owner;
        this.max = max;
    }

    void add(LogSignature.Match match, LogEntry entry, Instant at) {
        CniEventKind kind = KINDS.get(match.signature().name());
        if (kind == null) {
            return;
        }
        String pod = match.subject().isEmpty() ? owner : Printable.shorten(match.subject(), MAX_SIGNATURE);
        String signature = signature(kind, match, entry);
        String key = pod + '\0' + kind + '\0' + signature;
        CniEvent event = events.get(key);
        if (event != null) {
            count(event, 1, at, at);
        } else if (events.size() < max) {
            events.put(key, event(kind, pod, signature, Redactor.clean(entry.text(), MAX_MESSAGE), at));
        }
    }

    /** Counts what a later part of the same log says too. */
    void add(CniEvents later) {
        later.events.forEach((key, more) -> {
            CniEvent event = events.get(key);
            if (event != null) {
                count(event, more.getCount(), more.getFirstAt(), more.getLastAt());
            } else if (events.size() < max) {
                events.put(key, more);
            }
        });
    }

    /** Drops events that ended before. */
    void forgetBefore(Instant time) {
        events.values().removeIf(event -> event.getLastAt().isBefore(time));
    }

    private static void count(CniEvent event, long more, Instant first, Instant last) {
        boolean secondLine = wordingCountsTwice(event.getKind())
                && Duration.between(event.getLastAt(), first).abs().compareTo(SAME_ACT) < 0;
        event.setCount(event.getCount() + (secondLine ? more - 1 : more));
        event.setFirstAt(first.isBefore(event.getFirstAt()) ? first : event.getFirstAt());
        event.setLastAt(last.isAfter(event.getLastAt()) ? last : event.getLastAt());
    }

    void publish(Origin origin, FactSink facts) {
        for (CniEvent event : events.values()) {
            // A copy: events that are counted on must not change in the hands of who was told.
            facts.accept(Digests.stamp(
                    CniEvent.newBuilder(event).setHeader(origin.header()).build()));
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
