package io.meshdiag.processor.detect.trust;

import io.meshdiag.fact.IstiodHour;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.processor.view.ScopeView.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An istiod that refuses requests for certificates, hour after hour. Its counter alone says how many it ever refused.
 *
 * @param before refused in the hour before the last complete one
 * @param lastHour refused in the last complete hour
 */
record RefusedRequests(Row<IstiodInstance> row, long before, long lastHour) {
    /** An agent that is refused asks again every few minutes: fewer an hour are none that waits for a certificate. */
    private static final long FEWEST = 10;

    private static final Duration HOUR = Duration.ofHours(1);

    /** Empty without three complete hours in a row: one look, as an archive is, leads to nothing. */
    static Optional<RefusedRequests> of(Row<IstiodInstance> row) {
        List<IstiodHour> course = row.fact().getCourse();
        if (course.size() < 4) {
            return Optional.empty();
        }
        int last = course.size() - 2;
        long before = refused(course.get(last - 2), course.get(last - 1));
        long lastHour = refused(course.get(last - 1), course.get(last));
        return before >= FEWEST && lastHour >= FEWEST
                ? Optional.of(new RefusedRequests(row, before, lastHour))
                : Optional.empty();
    }

    private static long refused(IstiodHour one, IstiodHour next) {
        boolean inARow = one.getAt().plus(HOUR).equals(next.getAt());
        return inARow && one.getCsrAuthenticationFailures() != null && next.getCsrAuthenticationFailures() != null
                ? next.getCsrAuthenticationFailures() - one.getCsrAuthenticationFailures()
                : 0;
    }

    /** As namespace/pod. */
    String istiod() {
        return row.fact().getNamespace() + "/" + row.fact().getName();
    }

    String text() {
        return istiod() + " refused " + before + " and then " + lastHour + " requests in the last two complete hours";
    }
}
