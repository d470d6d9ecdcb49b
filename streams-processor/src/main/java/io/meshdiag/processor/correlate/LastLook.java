package io.meshdiag.processor.correlate;

import io.meshdiag.processor.lifecycle.Judgement;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known since the last look at all rows of a live cluster.
 *
 * @param judgements one per rule, in the order of the rules
 * @param changed records whose rows changed since
 */
record LastLook(ClusterSummary summary, Optional<Instant> silentAt, List<Judgement> judgements, Set<Class<?>> changed) {
    LastLook(ClusterSummary summary, Optional<Instant> silentAt, List<Judgement> judgements) {
        this(summary, silentAt, judgements, new HashSet<>());
    }
}
