package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** The log of an istiod, a proxy's container or a VM's agent → LogSignals. {@code lines} counts entries, not continuation lines. */
public final class LogSignalsParser implements PageParser {
    private final String component;
    private final String namespace;
    private final String instance;

    /**
     * @param component istiod, proxy or vm-agent; for the CNI agent see {@link CniLogParser}
     * @param instance name of the pod or VM
     */
    public LogSignalsParser(String component, String namespace, String instance) {
        this.component = component;
        this.namespace = namespace;
        this.instance = instance;
    }

    @Override
    public void parse(InputStream log, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        SignalTally tally = new SignalTally();
        List<LogSignature> known = LogSignatures.of(component);
        IstioLog entries = new IstioLog(log);
        Instant at = origin.observedAt();
        for (LogEntry entry = entries.next(); entry != null; entry = entries.next()) {
            tally.entry(entry);
            at = entry.time() == null ? at : entry.time();
            LogSignature.Match match = LogSignature.first(known, entry.text()).orElse(null);
            if (match != null) {
                tally.signal(match, entry, at);
            }
        }
        requireEntries(tally);
        facts.accept(tally.fact(origin, component, namespace, instance));
    }

    static void requireEntries(SignalTally tally) throws UnreadablePageException {
        if (tally.lines() == 0) {
            throw new UnreadablePageException(
                    "no log entry of Istio or Envoy in it: empty, or the log of something else");
        }
    }
}
