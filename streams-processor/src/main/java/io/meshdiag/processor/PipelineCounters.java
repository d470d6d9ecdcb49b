package io.meshdiag.processor;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what flows through all stream threads of one process, and tells when nothing flows any more. */
public final class PipelineCounters implements ProcessorMetrics {
    private final AtomicLong factsRead = new AtomicLong();
    private final AtomicLong factsUnchanged = new AtomicLong();
    private final AtomicLong deadLettered = new AtomicLong();
    private final Map<Hop, AtomicLong> sent = perHop();
    private final Map<Hop, AtomicLong> received = perHop();
    private final AtomicLong scopesMarked = new AtomicLong();
    private final AtomicLong scopesCleared = new AtomicLong();
    private final AtomicLong evaluations = new AtomicLong();
    private final AtomicLong detectorFailures = new AtomicLong();
    private final AtomicLong revisionsWritten = new AtomicLong();

    @Override
    public void factRead() {
        factsRead.incrementAndGet();
    }

    @Override
    public void factUnchanged() {
        factsUnchanged.incrementAndGet();
    }

    @Override
    public void deadLettered() {
        deadLettered.incrementAndGet();
    }

    @Override
    public void sent(Hop hop) {
        sent.get(hop).incrementAndGet();
    }

    @Override
    public void received(Hop hop) {
        received.get(hop).incrementAndGet();
    }

    @Override
    public void scopeMarked() {
        scopesMarked.incrementAndGet();
    }

    @Override
    public void scopeCleared() {
        scopesCleared.incrementAndGet();
    }

    @Override
    public void evaluated() {
        evaluations.incrementAndGet();
    }

    @Override
    public void detectorFailed(String rule) {
        detectorFailures.incrementAndGet();
    }

    @Override
    public void revisionWritten() {
        revisionsWritten.incrementAndGet();
    }

    /** Records taken in from the facts topics, dead letters among them. */
    public long factsRead() {
        return factsRead.get();
    }

    /** Facts that said nothing new. */
    public long factsUnchanged() {
        return factsUnchanged.get();
    }

    /** Records that could not be read. */
    public long deadLetters() {
        return deadLettered.get();
    }

    /** Records sent over a hop. */
    public long sentOver(Hop hop) {
        return sent.get(hop).get();
    }

    /** Records received from a hop. */
    public long receivedFrom(Hop hop) {
        return received.get(hop).get();
    }

    /** Scopes, over all stages, that wait for their evaluation. */
    public long dirtyScopes() {
        long cleared = scopesCleared.get();
        return scopesMarked.get() - cleared;
    }

    /** How often the rules of a scope ran. */
    public long evaluations() {
        return evaluations.get();
    }

    /** How often a rule threw. */
    public long detectorFailures() {
        return detectorFailures.get();
    }

    /** Revisions of findings written. */
    public long revisionsWritten() {
        return revisionsWritten.get();
    }

    /**
     * True when all that was published has been read and everything that follows from it has been sent, received and judged.
     *
     * <p>Counters only grow, and work is finished only after it was begun and after what follows from it was begun. So when every "finished"
     * count, read first, equals its "begun" count, read afterwards, there was a moment between the two readings at which nothing was under way
     * (Mattern's four counters).
     *
     * @param factsPublished records that producers have sent to the facts topics
     */
    public boolean quiescent(long factsPublished) {
        long read = factsRead.get();
        long cleared = scopesCleared.get();
        Map<Hop, Long> finished = new EnumMap<>(Hop.class);
        received.forEach((hop, count) -> finished.put(hop, count.get()));
        return read == factsPublished
                && sent.entrySet().stream()
                        .allMatch(e ->
                                e.getValue().get() == finished.get(e.getKey()).longValue())
                && scopesMarked.get() == cleared;
    }

    private static Map<Hop, AtomicLong> perHop() {
        Map<Hop, AtomicLong> counters = new EnumMap<>(Hop.class);
        for (Hop hop : Hop.values()) {
            counters.put(hop, new AtomicLong());
        }
        return counters;
    }
}
