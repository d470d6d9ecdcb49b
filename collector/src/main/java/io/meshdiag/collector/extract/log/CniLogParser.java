package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** {@code cni.log} of one istio-cni-node pod, lines of the plugin included → CniEvents by pod and fault, and LogSignals of component cni. */
public final class CniLogParser implements PageParser {
    private final String node;
    private final String namespace;
    private final String pod;

    /**
     * @param node that the agent serves; empty when not known
     * @param namespace of the agent's pod
     * @param pod name of the agent's pod
     */
    public CniLogParser(String node, String namespace, String pod) {
        this.node = node;
        this.namespace = namespace;
        this.pod = pod;
    }

    @Override
    public void parse(InputStream log, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        SignalTally tally = new SignalTally();
        CniEvents events = new CniEvents(node, "", CniEvents.MAX_EVENTS);
        IstioLog entries = new IstioLog(log);
        Instant at = origin.observedAt();
        for (LogEntry entry = entries.next(); entry != null; entry = entries.next()) {
            tally.entry(entry);
            at = entry.time() == null ? at : entry.time();
            LogSignature.Match match =
                    LogSignature.first(LogSignatures.CNI, entry.text()).orElse(null);
            if (match != null) {
                tally.signal(match, entry, at);
                events.add(match, entry, at);
            }
        }
        LogSignalsParser.requireEntries(tally);
        facts.accept(tally.fact(origin, "cni", namespace, pod));
        events.publish(origin, facts);
    }
}
