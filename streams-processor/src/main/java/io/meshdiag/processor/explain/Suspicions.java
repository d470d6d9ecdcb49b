package io.meshdiag.processor.explain;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.detect.incident.CommonFactor;
import io.meshdiag.processor.explain.CommonFactors.Group;
import io.meshdiag.processor.lifecycle.Judgement;
import io.meshdiag.processor.lifecycle.Track;
import io.meshdiag.processor.rules.RuleSetting;
import io.meshdiag.schema.FactKey;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Gives what findings have in common the life of any other finding: it begins, lasts while they do, ends, and comes back as the same. */
final class Suspicions {
    private final Track track;
    private final CommonFactors factors;
    private final RuleSetting setting;

    Suspicions(Track track, CommonFactors factors, RuleSetting setting) {
        this.track = track;
        this.factors = factors;
        this.setting = setting;
    }

    /**
     * What was found.
     *
     * @param symptoms of each suspicion, by the scope key of its finding
     * @param again when a suspicion changes by itself
     */
    record Judged(Map<String, List<Finding>> symptoms, Optional<Instant> again) {}

    static boolean suspected(Finding finding) {
        return finding.getRule().getId().equals(CommonFactor.RULE.id());
    }

    /** Open and told: what nothing explains any more may be among its symptoms. */
    static boolean open(Finding finding) {
        return finding.getState() != DetectionState.RESOLVED && finding.getState() != DetectionState.PENDING;
    }

    /**
     * Judges a mesh.
     *
     * @param scope key of the mesh
     * @param all findings of the mesh, in any state
     * @param leftovers those that nothing explains
     * @param fleet the clusters of the mesh
     * @param changed told id and finding of each suspicion that a reader would see changed; null when it is forgotten
     */
    Judged judge(
            String scope,
            Collection<Finding> all,
            Collection<Finding> leftovers,
            Fleet fleet,
            Instant now,
            BiConsumer<String, Finding> changed) {
        List<Group> groups = !setting.enabled()
                ? List.of()
                : factors.among(
                        leftovers,
                        all.stream().filter(f -> open(f) && !suspected(f)).toList(),
                        all.stream()
                                .filter(f -> open(f) && suspected(f))
                                .map(Finding::getScopeKey)
                                .collect(Collectors.toSet()),
                        fleet);
        Map<String, ClusterSummary> clusters = clusters(scope, all);
        var judgement = new Judgement(
                setting.applyTo(CommonFactor.RULE),
                groups.stream()
                        .map(group -> CommonFactor.verdict(group.key(), group.shared(), first(group, clusters)))
                        .map(verdict -> setting.severity().map(verdict::with).orElse(verdict))
                        .toList(),
                false);
        Optional<Instant> again = track.apply(
                new Track.Scope(scope, FactKey.unescape(scope), now, clusters.values(), false),
                // A rule that is off is not asked: what it found before is retired.
                setting.enabled() ? List.of(judgement) : List.of(),
                (id, suspicion) -> changed.accept(id, wasNone(suspicion) ? null : suspicion));
        Map<String, List<Finding>> symptoms = new HashMap<>();
        groups.forEach(group -> symptoms.put(group.key(), group.shared().symptoms()));
        return new Judged(symptoms, again);
    }

    /** Archives are of one time: what is explained now was so all along, and only the cause was read later than its symptoms. */
    private static boolean wasNone(Finding suspicion) {
        return suspicion != null && suspicion.getSeenOnce() && suspicion.getState() == DetectionState.RESOLVED;
    }

    private static ClusterSummary first(Group group, Map<String, ClusterSummary> clusters) {
        String cluster = group.factor().cluster();
        return clusters.get(
                cluster.isEmpty() ? group.shared().scope().getClusters().get(0) : cluster);
    }

    /** As much as findings tell of clusters: which there are, and whether they were seen once or are watched. */
    private static Map<String, ClusterSummary> clusters(String scope, Collection<Finding> all) {
        Map<String, ClusterSummary> clusters = new TreeMap<>();
        for (Finding finding : all) {
            for (String id : finding.getScope().getClusters()) {
                clusters.merge(id, cluster(scope, id, finding), Suspicions::newest);
            }
        }
        return clusters;
    }

    private static ClusterSummary cluster(String scope, String id, Finding finding) {
        return ClusterSummary.newBuilder()
                .setMeshId(FactKey.unescape(scope))
                .setClusterId(id)
                .setClusterUid("")
                .setAsOf(finding.getLastSeen())
                .setComplete(true)
                .setSilent(false)
                .setMode(finding.getSeenOnce() ? CollectorMode.ARCHIVE : CollectorMode.CLUSTER)
                .build();
    }

    /** A cluster that anything was seen of live is watched. */
    private static ClusterSummary newest(ClusterSummary one, ClusterSummary other) {
        boolean live = one.getMode() == CollectorMode.CLUSTER || other.getMode() == CollectorMode.CLUSTER;
        return ClusterSummary.newBuilder(one.getAsOf().isAfter(other.getAsOf()) ? one : other)
                .setMode(live ? CollectorMode.CLUSTER : CollectorMode.ARCHIVE)
                .build();
    }
}
