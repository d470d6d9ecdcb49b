package io.meshdiag.processor.detect.remote;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What the log of one istiod said about another cluster a short while ago. The log's signals name the cluster by its id. */
record Complaint(ClusterSummary observer, Row<LogSignals> row, LogSignal signal) {
    static final String UNAUTHORIZED = "istiod.remote-cluster.unauthorized";
    static final String FORBIDDEN = "istiod.remote-cluster.forbidden";
    /** A connection that does not come about, by the rung that fails. */
    static final Set<String> UNREACHABLE =
            Set.of("istiod.remote-cluster.dns", "istiod.remote-cluster.unreachable", "istiod.remote-cluster.tls");

    /** istiod tries again at least every half minute: what it has not said for so long is over. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** Those of an observer with one of these signatures that name a cluster. An archive is compared with the time when it was taken. */
    static List<Complaint> of(MeshView view, ClusterSummary observer, Set<String> signatures) {
        Instant now = now(view, observer);
        return view.rows(LogSignals.class, observer).stream()
                .flatMap(row -> row.fact().getSignals().stream()
                        .filter(signal -> signatures.contains(signal.getSignature()))
                        .filter(signal -> !signal.getSubject().isEmpty())
                        .filter(signal -> signal.getLastAt().plus(FRESH).isAfter(now))
                        .map(signal -> new Complaint(observer, row, signal)))
                .toList();
    }

    /** The time up to which an observer was seen. */
    static Instant now(MeshView view, ClusterSummary observer) {
        return observer.getMode() == CollectorMode.ARCHIVE ? observer.getAsOf() : view.asOf();
    }

    /** Id of the cluster that it is about. */
    String target() {
        return signal.getSubject().split(" ", 2)[0];
    }

    /** As "resource.group" where the line names one; else empty. */
    String resource() {
        String[] parts = signal.getSubject().split(" ", 2);
        return parts.length < 2 ? "" : parts[1];
    }

    /** Pod of the istiod. */
    String istiod() {
        return row.fact().getInstance();
    }

    /** How often, until when, and one of the lines. */
    String text() {
        return "istiod " + istiod() + ", " + signal.getCount() + " time(s), last at " + signal.getLastAt() + ": "
                + signal.getSample();
    }
}
