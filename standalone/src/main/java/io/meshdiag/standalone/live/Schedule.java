package io.meshdiag.standalone.live;

import io.meshdiag.simulator.fault.Fault;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which faults are on: one more begins with every step and lasts two, so that there is always one that was there a step ago, and in the last step of
 * a round all is well.
 */
record Schedule(List<Fault> faults) {
    Schedule {
        faults = List.copyOf(faults);
    }

    /** Steps until everything comes again. */
    int round() {
        return faults.size() + 2;
    }

    /** Faults that are on in a step, counted from 0. */
    List<Fault> on(long step) {
        long inRound = step % round();
        return IntStream.range(0, faults.size())
                .filter(i -> i == inRound || i == inRound - 1)
                .mapToObj(faults::get)
                .toList();
    }
}
