package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.archive.ArchiveReport;
import io.meshdiag.processor.rules.Silences;
import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a reader of the findings should know about the run. */
final class Notes {
    /** Archives further apart than this do not show one moment. */
    private static final Duration ONE_MOMENT = Duration.ofHours(1);

    private Notes() {}

    static List<String> of(List<ArchiveReport> reports, long refused, long deadLetters, long failedRules) {
        List<String> notes = new ArrayList<>();
        reports.stream()
                .filter(r -> r.supersededBy() != null)
                .forEach(r -> notes.add(
                        r.path() + " was not read: " + r.supersededBy() + " is a newer archive of the same cluster "
                                + r.identity().clusterId() + "."));
        Duration spread = spread(reports);
        if (spread.compareTo(ONE_MOMENT) > 0) {
            notes.add("The archives were taken " + spread.toHours() + " h " + spread.toMinutesPart()
                    + " min apart. Each is judged at its own time; what changed in between may look like a difference between"
                    + " clusters.");
        }
        if (refused > 0) {
            notes.add(refused + " fact(s) were too large to be sent and are missing.");
        }
        if (deadLetters > 0) {
            notes.add(deadLetters
                    + " record(s) could not be read and are missing. This is a defect of Meshdiag: please report it.");
        }
        if (failedRules > 0) {
            notes.add("A rule failed " + failedRules
                    + " time(s); what it judges is unknown. This is a defect of Meshdiag: please report it.");
        }
        return notes;
    }

    /** Suppressions that were over when the newest archive was taken. */
    static List<String> over(List<ArchiveReport> reports, Silences silences) {
        return reports.stream()
                .map(r -> r.identity().observedAt())
                .max(Comparator.naturalOrder())
                .map(silences::over)
                .orElse(List.of())
                .stream()
                .map(silence -> Printable.clean(silence.describeEnd()) + ".")
                .toList();
    }

    private static Duration spread(List<ArchiveReport> reports) {
        List<Instant> times = reports.stream()
                .filter(r -> r.supersededBy() == null)
                .map(r -> r.identity().observedAt())
                .sorted(Comparator.naturalOrder())
                .toList();
        return times.isEmpty() ? Duration.ZERO : Duration.between(times.get(0), times.get(times.size() - 1));
    }
}
