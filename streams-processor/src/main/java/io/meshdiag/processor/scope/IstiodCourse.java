package io.meshdiag.processor.scope;

import io.meshdiag.fact.IstiodHour;
import io.meshdiag.fact.IstiodInstance;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * The last hours of an istiod beside its row: facts are levels, and a slope needs a past. An hour is the lowest of its readings; a course ends with the
 * process that it is of, and with the row.
 */
final class IstiodCourse {
    private static final int HOURS = 24;
    /** Starts are told in seconds, or reckoned from an age in seconds. */
    private static final Duration SAME_START = Duration.ofSeconds(5);

    private IstiodCourse() {}

    /** What arrived, with the course of the row that it replaces and its own reading; facts of other kinds as they are. */
    static SpecificRecord goOn(SpecificRecord known, SpecificRecord arriving) {
        if (!(arriving instanceof IstiodInstance now)) {
            return arriving;
        }
        List<IstiodHour> course =
                known instanceof IstiodInstance before && sameProcess(before, now) ? before.getCourse() : List.of();
        return IstiodInstance.newBuilder(now).setCourse(with(course, now)).build();
    }

    /** True when the course has an hour more than it had: those before are complete. */
    static boolean hourEnded(SpecificRecord known, SpecificRecord fact) {
        return known instanceof IstiodInstance before
                && fact instanceof IstiodInstance now
                && !before.getCourse().isEmpty()
                && !now.getCourse().isEmpty()
                && last(now.getCourse())
                        .getAt()
                        .isAfter(last(before.getCourse()).getAt());
    }

    private static boolean sameProcess(IstiodInstance before, IstiodInstance now) {
        Instant began = began(before);
        Instant begins = began(now);
        return began == null || begins == null || !begins.isAfter(began.plus(SAME_START));
    }

    private static Instant began(IstiodInstance istiod) {
        if (istiod.getStartedAt() != null) {
            return istiod.getStartedAt();
        }
        return istiod.getUptimeSeconds() == null
                ? null
                : istiod.getHeader().getObservedAt().minusSeconds(istiod.getUptimeSeconds());
    }

    private static List<IstiodHour> with(List<IstiodHour> course, IstiodInstance now) {
        if (now.getHeapBytes() == null || now.getGoroutines() == null) {
            return course;
        }
        IstiodHour reading = IstiodHour.newBuilder()
                .setAt(now.getHeader().getObservedAt().truncatedTo(ChronoUnit.HOURS))
                .setReadings(1)
                .setHeapBytes(now.getHeapBytes())
                .setGoroutines(now.getGoroutines())
                .setProxies(now.getConnectedProxies() == null ? 0 : now.getConnectedProxies())
                .setSecretEvents(now.getSecretEvents())
                .setCsrAuthenticationFailures(now.getCsrAuthenticationFailures())
                .build();
        List<IstiodHour> longer = new ArrayList<>(course);
        if (!longer.isEmpty() && last(longer).getAt().equals(reading.getAt())) {
            IstiodHour before = longer.remove(longer.size() - 1);
            reading.setReadings(before.getReadings() + 1);
            reading.setHeapBytes(Math.min(before.getHeapBytes(), reading.getHeapBytes()));
            reading.setGoroutines(Math.min(before.getGoroutines(), reading.getGoroutines()));
        }
        longer.add(reading);
        return List.copyOf(longer.subList(Math.max(0, longer.size() - HOURS), longer.size()));
    }

    private static IstiodHour last(List<IstiodHour> course) {
        return course.get(course.size() - 1);
    }
}
