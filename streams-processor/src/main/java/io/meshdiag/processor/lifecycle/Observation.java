package io.meshdiag.processor.lifecycle;

import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.state.Truth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known about one finding now.
 *
 * @param verdict what the rule said; empty when it kept silent or could not be asked
 * @param endedBy why it ended for good (its subject or its rule is gone); empty = it may go on
 * @param missing why it is unknown, where no verdict says it
 * @param seenOnce true when it rests on archives: what is true at their time counts as held
 */
record Observation(
        Truth truth, Optional<Verdict> verdict, List<String> missing, String endedBy, Instant asOf, boolean seenOnce) {

    static Observation of(Verdict verdict, Instant asOf, boolean seenOnce) {
        Truth truth = verdict.state() == Verdict.State.PRESENT ? Truth.PRESENT : Truth.UNKNOWN;
        return new Observation(truth, Optional.of(verdict), verdict.missing(), "", asOf, seenOnce);
    }

    static Observation absent(Instant asOf, boolean seenOnce) {
        return new Observation(Truth.ABSENT, Optional.empty(), List.of(), "", asOf, seenOnce);
    }

    static Observation unknown(Instant asOf, boolean seenOnce) {
        return new Observation(Truth.UNKNOWN, Optional.empty(), List.of(), "", asOf, seenOnce);
    }

    static Observation unknown(List<String> missing, Instant asOf, boolean seenOnce) {
        return new Observation(Truth.UNKNOWN, Optional.empty(), missing, "", asOf, seenOnce);
    }

    static Observation ended(String why, Instant asOf) {
        return new Observation(Truth.ABSENT, Optional.empty(), List.of(), why, asOf, false);
    }

    /** Event time since which it is so, as far as this observation tells. */
    Instant since() {
        return verdict.flatMap(Verdict::since)
                .filter(since -> truth == Truth.PRESENT && since.isBefore(asOf))
                .orElse(asOf);
    }
}
