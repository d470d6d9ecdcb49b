package io.meshdiag.processor.detect.observe;

import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.LateKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * OBS-03: what Meshdiag knows is behind what its collectors see.
 *
 * <p>A collector says itself which kinds of facts it cannot hand over: one finding for each cluster. When all collectors of a mesh fall silent within a
 * short time, it is not them: nobody reads what they say in time, or it does not reach Kafka. That is one finding for the mesh, and their silence is its
 * symptom.
 */
public final class DataLate implements Detector<MeshView> {
    /** Collectors that stop one by one, over more than this, have causes of their own. */
    private static final Duration AT_ONCE = Duration.ofMinutes(5);

    private static final int FEWEST = 3;

    private static final Rule RULE = new Rule(
            "OBS-03",
            "DataLate",
            1,
            Rule.Level.MESH,
            Severity.LOW,
            "Facts are late",
            "What rests on late facts is judged on the past: findings of these clusters neither open nor are resolved until the facts have arrived. Either a"
                    + " collector cannot hand over what it sees (Kafka or the schema registry is slow or refuses it), or the streams processor is behind"
                    + " for the whole mesh.",
            "One cluster: see why its collector cannot deliver. All at once: see whether Kafka answers, and how far the processor's consumer group is"
                    + " behind; give it more instances or faster disks.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(),
            List.of(new Rule.Edge(
                    "OBS-01",
                    Rule.JoinOn.AMONG,
                    "collectors whose heartbeats nobody reads in time look silent, all at the same time")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<ClusterSummary> watched = view.clusters().stream()
                .filter(cluster -> cluster.getMode() == CollectorMode.CLUSTER)
                .toList();
        return silentAtOnce(watched)
                ? Stream.of(everywhere(view, watched))
                : watched.stream()
                        .filter(cluster -> !cluster.getSilent())
                        .filter(cluster -> !cluster.getLate().isEmpty())
                        .map(cluster -> behind(view, cluster));
    }

    private static boolean silentAtOnce(List<ClusterSummary> watched) {
        if (watched.size() < FEWEST || !watched.stream().allMatch(ClusterSummary::getSilent)) {
            return false;
        }
        Instant first = watched.stream()
                .map(ClusterSummary::getAsOf)
                .min(Instant::compareTo)
                .orElseThrow();
        return watched.stream().noneMatch(cluster -> cluster.getAsOf().isAfter(first.plus(AT_ONCE)));
    }

    private static Verdict behind(MeshView view, ClusterSummary cluster) {
        List<String> kinds = cluster.getLate().stream().map(LateKind::getKind).toList();
        long minutes = cluster.getLate().stream()
                        .mapToLong(LateKind::getAtLeastSeconds)
                        .max()
                        .orElse(0)
                / 60;
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(cluster), List.of())
                .title("Facts of cluster " + cluster.getClusterId() + " are late by more than " + minutes + " min")
                .description(
                        "Its collector sees and cannot hand over: " + String.join(", ", kinds) + ".",
                        "Findings that rest on them neither open nor are resolved until it has caught up.")
                .scope(Scopes.of(view, cluster))
                .subject("Collector", "", cluster.getClusterId(), cluster)
                .affected(1, 0, 0, kinds);
        cluster.getLate()
                .forEach(late -> verdict.evidence(
                        cluster,
                        "Heartbeat",
                        late.getKind(),
                        "the oldest waits for more than " + late.getAtLeastSeconds() + " s"));
        return verdict.step(
                        "Its log names what is refused, or that Kafka does not answer.",
                        kubectlAtIstiod(cluster)
                                + " logs --selector=app.kubernetes.io/name=meshdiag-collector --tail=200 | grep -i deliver")
                .step(
                        "One kind alone: is its topic there, and does the schema registry accept its schema? \"meshdiag topics\" creates what is missing.")
                .step(
                        "All kinds: is the way from this cluster to Kafka slow, or is Kafka throttling the client (quota)?")
                .build();
    }

    private static Verdict everywhere(MeshView view, List<ClusterSummary> watched) {
        List<String> ids = watched.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
        Instant last = watched.stream()
                .map(ClusterSummary::getAsOf)
                .max(Instant::compareTo)
                .orElseThrow();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "mesh", List.of())
                .severity(Severity.HIGH)
                .title("Nothing new is known of any of " + ids.size() + " clusters")
                .description(
                        "All collectors fell silent within " + AT_ONCE.toMinutes()
                                + " minutes; the newest fact of all is of " + last + ".",
                        "That is Kafka, the way to it, or a processor that is behind, and not " + ids.size()
                                + " collectors. Until then nothing opens and nothing is resolved.")
                .scope(Scopes.among(view, watched))
                .subject("Pipeline", "", view.mesh(), watched.get(0))
                .affected(watched.size(), 0, 0, ids);
        watched.forEach(
                cluster -> verdict.evidence(cluster, "Heartbeat", "heartbeats", "newest fact of " + cluster.getAsOf()));
        return verdict.step(
                        "How far is the processor behind? LAG must fall.",
                        "kafka-consumer-groups.sh --bootstrap-server \"$KAFKA\" --describe --all-groups | grep meshdiag")
                .step(
                        "LAG is zero: nothing is written. See what one collector says.",
                        kubectlAtIstiod(watched.get(0))
                                + " logs --selector=app.kubernetes.io/name=meshdiag-collector --tail=100 | "
                                + "grep -iE " + "'kafka|deliver'")
                .step(
                        "LAG grows: start more instances of the processor, up to the number of partitions of the facts topics.")
                .build();
    }
}
