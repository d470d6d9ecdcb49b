package io.meshdiag.processor.explain;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.processor.rules.IncidentTimes;
import io.meshdiag.state.FindingEntry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Until when incidents wait. */
record Patience(IncidentTimes times) {

    /**
     * Until when a finding that nothing explains yet waits for its cause; empty when it need not. An archive shows causes and symptoms at once:
     * nothing is gained by waiting.
     */
    Optional<Instant> waitsUntil(FindingEntry entry, Relation relation, Edges edges, Instant now) {
        Finding latest = entry.getLatest();
        Finding published = entry.getPublished();
        boolean told = published != null && published.getEpisode() == latest.getEpisode();
        if (told
                || latest.getSeenOnce()
                || latest.getOpenedAt() == null
                || latest.getState() == DetectionState.RESOLVED
                || relation != Relation.INDEPENDENT
                || !edges.explained(latest.getRule().getId())) {
            return Optional.empty();
        }
        return Optional.of(latest.getOpenedAt().plus(times.attributionWindow())).filter(now::isBefore);
    }

    /** Until when a finding that nothing explains any more stays a symptom of what did; empty when it does not. */
    Optional<Instant> staysUntil(FindingEntry entry, Map<String, FindingEntry> byId, Instant now) {
        Finding published = entry.getPublished();
        if (published == null
                || published.getEpisode() != entry.getLatest().getEpisode()
                || published.getRootCause().getRelation() != Relation.SYMPTOM) {
            return Optional.empty();
        }
        return Optional.ofNullable(byId.get(published.getRootCause().getParentId()))
                .map(FindingEntry::getLatest)
                .filter(cause -> cause.getState() == DetectionState.RESOLVED && cause.getResolvedAt() != null)
                .map(cause -> cause.getResolvedAt().plus(times.grace()))
                .filter(now::isBefore);
    }
}
