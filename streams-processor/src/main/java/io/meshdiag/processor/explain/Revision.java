package io.meshdiag.processor.explain;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Transition;
import io.meshdiag.processor.lifecycle.Content;
import java.util.Optional;

/** When a finding gets a new revision, and what that revision is called. */
final class Revision {
    private Revision() {}

    /**
     * The next revision.
     *
     * @param published the last one; null when nothing was published
     * @param now the finding as it is, with its place among the others
     * @return empty when a reader would see no difference, or never heard of it
     */
    static Optional<Finding> next(Finding published, Finding now) {
        if (published == null ? now.getState() == DetectionState.RESOLVED : Content.sameForReaders(published, now)) {
            return Optional.empty();
        }
        return Optional.of(Finding.newBuilder(now)
                .setRevision(published == null ? 1 : published.getRevision() + 1)
                .setTransition(published == null ? Transition.OPENED : transition(published, now))
                .build());
    }

    private static Transition transition(Finding before, Finding now) {
        if (before.getState() == now.getState() && before.getEpisode() == now.getEpisode()) {
            if (before.getSuppression().getActive() != now.getSuppression().getActive()) {
                return now.getSuppression().getActive() ? Transition.SUPPRESSED : Transition.UNSUPPRESSED;
            }
            int severity = now.getSeverity().compareTo(before.getSeverity());
            return severity == 0 ? Transition.UPDATED : severity > 0 ? Transition.ESCALATED : Transition.DEESCALATED;
        }
        return switch (now.getState()) {
            case RECOVERING -> Transition.RECOVERING;
            case RESOLVED -> Transition.RESOLVED;
            case UNKNOWN -> Transition.STALE;
            case ACTIVE -> now.getEpisode() > before.getEpisode() ? Transition.REOPENED : Transition.UPDATED;
            case PENDING -> Transition.UPDATED;
        };
    }
}
