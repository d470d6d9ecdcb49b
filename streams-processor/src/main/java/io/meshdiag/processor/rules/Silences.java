package io.meshdiag.processor.rules;

import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Suppression;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All decisions of a deployment. A pure function of a finding and a time: a replay suppresses the same.
 *
 * @param all in the order of the file, which decides between equals
 */
public record Silences(List<Silence> all) {
    public Silences {
        all = List.copyOf(all);
    }

    /** What holds for the finding at this time: of several, the one that lasts longest. */
    public Suppression of(Finding finding, Instant at) {
        return all.stream()
                .filter(silence -> at.isBefore(silence.until()) && silence.matches(finding))
                .max(Comparator.comparing(Silence::until))
                .map(Silence::suppression)
                .orElseGet(Silences::none);
    }

    /** Those that are over. */
    public List<Silence> over(Instant at) {
        return all.stream().filter(silence -> !at.isBefore(silence.until())).toList();
    }

    /** The next time after this one at which any of them ends. */
    public Optional<Instant> nextEnd(Instant after) {
        return all.stream().map(Silence::until).filter(after::isBefore).min(Comparator.naturalOrder());
    }

    private static Suppression none() {
        return Suppression.newBuilder().build();
    }
}
