package io.meshdiag.standalone.pipeline;

import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/** Waits until all that was published is read, routed, judged and written. */
final class Quiescence {
    private static final Duration POLL = Duration.ofMillis(20);
    /** Long enough for a rebalance on a busy machine; when nothing moves for longer, something hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final PipelineCounters counters;
    private final Supplier<KafkaStreams.State> state;
    private final Progress progress;

    Quiescence(PipelineCounters counters, Supplier<KafkaStreams.State> state, Progress progress) {
        this.counters = counters;
        this.state = state;
        this.progress = progress;
    }

    /** @throws PipelineException when the processor died, or when nothing moved for two minutes */
    void await(long facts) throws InterruptedException {
        List<Long> before = List.of();
        long moved = System.nanoTime();
        while (!counters.quiescent(facts)) {
            if (state.get() == KafkaStreams.State.ERROR || state.get() == KafkaStreams.State.NOT_RUNNING) {
                throw new PipelineException("the processor stopped (" + state.get() + ") " + where(facts)
                        + "; its error is in the log above");
            }
            List<Long> now = counts();
            if (!now.equals(before)) {
                before = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
                throw new PipelineException("nothing moved for " + PATIENCE.toSeconds() + " s " + where(facts)
                        + "; the processor is " + state.get());
            }
            progress.detail(where(facts));
            // The stream threads only count; asking now and then costs less than having them wake us up per record.
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while correlating");
            }
        }
    }

    private String where(long facts) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d facts read, %,d scopes to judge, %,d findings written",
                counters.factsRead(),
                facts,
                counters.dirtyScopes(),
                counters.revisionsWritten());
    }

    private List<Long> counts() {
        return List.of(
                counters.factsRead(),
                counters.receivedFrom(Hop.SERVICE),
                counters.receivedFrom(Hop.MESH),
                counters.receivedFrom(Hop.INCIDENT),
                counters.evaluations(),
                counters.revisionsWritten());
    }
}
