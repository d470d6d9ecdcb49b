package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.Workload;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * TRU-10: the clock of a node or machine is behind, so that certificates seem not to be valid yet.
 *
 * <p>Told by the error with which the proxies there refuse certificates. istiod dates certificates back by two minutes, so a clock that is behind by
 * less does no harm and is not seen.
 */
public final class ClockSkew implements Detector<ClusterView> {
    static final String NOT_YET_VALID = "proxy.tls.not-yet-valid";

    /**
     * What counts as a clock that is behind now.
     *
     * @param stillFailing how long after the last error. Proxies try again every few minutes, but the times in their logs are of the very clock that is
     *     behind: a shorter time would overlook what is furthest behind
     */
    public record Thresholds(Duration stillFailing) {
        static final Thresholds DEFAULT = new Thresholds(Duration.ofHours(1));
    }

    private static final Rule RULE = new Rule(
            "TRU-10",
            "ClockSkew",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "The clock of a node is behind",
            "A certificate is valid from the moment when istiod signed it, less two minutes. On a node whose clock is further behind, certificates that"
                    + " were just issued are refused: proxies there cannot connect to istiod, get no certificates, and refuse others.",
            "Mend the time synchronization (NTP, chrony) of the node or machine; nothing in the mesh has to be changed.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Set.of(LogSignals.class, Workload.class),
            List.of(new Rule.Edge(
                    "TRU-09",
                    Rule.JoinOn.CLUSTER,
                    "proxies whose clock is behind refuse istiod's certificate and cannot ask for theirs")));

    private final Thresholds thresholds;

    public ClockSkew() {
        this(Thresholds.DEFAULT);
    }

    public ClockSkew(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Map<String, String> nodes = new HashMap<>();
        view.rows(Workload.class).forEach(row -> {
            if (row.fact().getNode() != null) {
                nodes.put(
                        row.fact().getNamespace() + "/" + row.fact().getName(),
                        row.fact().getNode());
            }
        });
        Map<String, List<Refusal>> byPlace = new TreeMap<>();
        view.rows(LogSignals.class).forEach(row -> row.fact().getSignals().stream()
                .filter(signal -> signal.getSignature().equals(NOT_YET_VALID))
                .filter(signal ->
                        !signal.getLastAt().plus(thresholds.stillFailing()).isBefore(view.asOf()))
                .map(signal -> new Refusal(row, signal))
                .forEach(refusal -> byPlace.computeIfAbsent(refusal.place(nodes), p -> new ArrayList<>())
                        .add(refusal)));
        return byPlace.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static Verdict judge(ClusterView view, String place, List<Refusal> refusals) {
        ClusterSummary cluster = view.cluster();
        String name = place.substring(place.indexOf(' ') + 1);
        boolean node = place.startsWith("node ");
        Refusal first = refusals.get(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(cluster) + "|" + place, Doubts.about(cluster))
                .title("The clock of " + place + " in cluster " + cluster.getClusterId() + " is behind")
                .description(
                        refusals.size() + " proxies on " + place
                                + " refuse certificates because they are not valid yet by their clock.",
                        "The last error: " + first.signal().getSample())
                .scope(Scope.newBuilder(Scopes.of(view, cluster))
                        .setNode(node ? name : null)
                        .build())
                .subject(node ? "Node" : "Machine", "", name, cluster)
                .affected(
                        1,
                        0,
                        refusals.size(),
                        refusals.stream().map(Refusal::proxy).toList())
                .since(refusals.stream().map(r -> r.signal().getFirstAt()).min(Instant::compareTo));
        refusals.forEach(r -> verdict.evidence(
                r.row(),
                r.signal().getCount() + " time(s), last at " + r.signal().getLastAt() + ": "
                        + r.signal().getSample()));
        if (node) {
            verdict.step(
                    "Compare the node's clock with yours.",
                    "kubectl " + context(cluster) + " debug " + quote("node/" + name)
                            + " --image=busybox --stdin --tty -- date -u && date -u");
        }
        return verdict.step(
                        "See what the proxies there say.",
                        kubectl(cluster, first.row().fact().getNamespace()) + " logs "
                                + quote(first.row().fact().getInstance())
                                + " --container=istio-proxy --since=1h | grep 'is before'")
                .step(
                        "On " + place + ": see whether time is synchronized, and restart what does it.",
                        "chronyc tracking || timedatectl status")
                .build();
    }

    /** A proxy whose clock says that certificates are from the future. */
    private record Refusal(Row<LogSignals> row, LogSignal signal) {
        String proxy() {
            return row.fact().getNamespace() + "/" + row.fact().getInstance();
        }

        /** The node; the proxy itself where its node is not known, as with a virtual machine. */
        String place(Map<String, String> nodes) {
            String node = nodes.get(proxy());
            return node == null ? "machine " + proxy() : "node " + node;
        }
    }
}
