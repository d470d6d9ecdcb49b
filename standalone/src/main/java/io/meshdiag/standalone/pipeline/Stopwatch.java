package io.meshdiag.standalone.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Measures phases while it passes them on: where the time of a run went. */
public final class Stopwatch implements Progress {
    /**
     * A finished phase.
     *
     * @param name as announced
     */
    public record Lap(String name, Duration time) {}

    private final Progress next;
    private final LongSupplier nanos;
    private final List<Lap> laps = new ArrayList<>();
    private String current = "";
    private long began;

    public Stopwatch(Progress next) {
        this(next, System::nanoTime);
    }

    Stopwatch(Progress next, LongSupplier nanos) {
        this.next = next;
        this.nanos = nanos;
    }

    @Override
    public void phase(String name) {
        endLap();
        current = name;
        began = nanos.getAsLong();
        next.phase(name);
    }

    @Override
    public void detail(String text) {
        next.detail(text);
    }

    @Override
    public void done() {
        endLap();
        next.done();
    }

    /** Phases that have ended, in order. */
    public List<Lap> laps() {
        return List.copyOf(laps);
    }

    /** All phases together. */
    public Duration total() {
        return laps.stream().map(Lap::time).reduce(Duration.ZERO, Duration::plus);
    }

    private void endLap() {
        if (!current.isEmpty()) {
            laps.add(new Lap(current, Duration.ofNanos(nanos.getAsLong() - began)));
            current = "";
        }
    }
}
