package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * VMS-03: WorkloadEntries that istiod made and forgot: of machines that left, under an istiod that is gone, or two for one address.
 *
 * <p>Entries that people made are theirs: two of them with one address may be two services of one machine. One finding per cluster, because its
 * istiods are to clean up.
 */
public final class WorkloadEntryStale implements Detector<MeshView> {
    /**
     * Numbers that people may change.
     *
     * @param disconnected how long after a machine left its entry counts as forgotten: istiod removes it after ten seconds by default
     */
    public record Thresholds(Duration disconnected) {
        static final Thresholds DEFAULT = new Thresholds(Duration.ofMinutes(10));
    }

    private static final Rule RULE = new Rule(
            "VMS-03",
            "WorkloadEntryStale",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "WorkloadEntries without a machine, or two for one",
            "istiod makes a WorkloadEntry when a virtual machine connects and removes it some seconds after the machine left. When the istiod that owned"
                    + " the connection ended at the wrong moment, or the machine came back with another name, an entry stays behind: services go on"
                    + " sending a share of their calls to a machine that is not there, or twice as many to one that is.",
            "Delete the entries that are left over; a machine that is there registers again by itself.",
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Set.of(WorkloadEntry.class, IstiodInstance.class),
            List.of());

    private final Thresholds thresholds;

    public WorkloadEntryStale() {
        this(Thresholds.DEFAULT);
    }

    public WorkloadEntryStale(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    /** An entry that should not be there. */
    private record Stale(Row<WorkloadEntry> row, String reason) {
        String name() {
            return row.fact().getNamespace() + "/" + row.fact().getName();
        }
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Set<String> seen = view.rows(IstiodInstance.class).stream()
                .map(row -> row.fact().getName())
                .collect(Collectors.toSet());
        // Whoever cannot see all istiods cannot say that one of them is gone.
        Set<String> istiods =
                view.clusters().stream().filter(ClusterSummary::getPrimary).allMatch(cluster -> Doubts.aboutAbsence(
                                        cluster, "metrics")
                                .isEmpty())
                        ? seen
                        : Set.of();
        return view.clusters().stream().flatMap(cluster -> {
            List<Stale> stale = stale(view, cluster, istiods);
            return stale.isEmpty() ? Stream.empty() : Stream.of(judge(view, cluster, stale));
        });
    }

    private List<Stale> stale(MeshView view, ClusterSummary cluster, Set<String> istiods) {
        List<Row<WorkloadEntry>> registered = view.rows(WorkloadEntry.class, cluster).stream()
                .filter(row -> row.fact().getGroup() != null)
                .toList();
        Map<String, List<Row<WorkloadEntry>>> byAddress = registered.stream()
                .collect(Collectors.groupingBy(
                        row -> row.fact().getAddress() + " on network "
                                + Objects.toString(row.fact().getNetwork(), "(none)"),
                        TreeMap::new,
                        Collectors.toList()));
        List<Stale> stale = new ArrayList<>();
        byAddress.forEach((address, rows) -> {
            if (rows.size() > 1) {
                rows.forEach(row -> stale.add(new Stale(row, rows.size() + " entries for " + address)));
            } else {
                reason(rows.get(0).fact(), Machine.now(view, cluster), istiods)
                        .forEach(reason -> stale.add(new Stale(rows.get(0), reason)));
            }
        });
        return stale;
    }

    private List<String> reason(WorkloadEntry entry, Instant now, Set<String> istiods) {
        Instant left = entry.getDisconnectedAt();
        Instant came = entry.getConnectedAt();
        if (left != null && (came == null || !came.isAfter(left))) {
            return left.plus(thresholds.disconnected()).isBefore(now)
                    ? List.of("its machine disconnected at " + left)
                    : List.of();
        }
        String owner = entry.getController();
        return owner != null && !istiods.isEmpty() && !istiods.contains(owner)
                ? List.of("istiod " + owner + ", which owned its machine's connection, is gone")
                : List.of();
    }

    private static Verdict judge(MeshView view, ClusterSummary cluster, List<Stale> stale) {
        Stale first = stale.get(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster), Doubts.about(cluster, "custom-resources"))
                .title(stale.size() + " WorkloadEntries of cluster " + cluster.getClusterId()
                        + " stand for no machine, or for the same one")
                .description(
                        first.name() + ": " + first.reason() + ".",
                        stale.size() > 1 ? stale.size() - 1 + " more are like that." : "",
                        "Services send calls to these addresses.")
                .scope(Scopes.of(view, cluster))
                .subject(
                        "WorkloadEntry",
                        first.row().fact().getNamespace(),
                        first.row().fact().getName(),
                        cluster)
                .affected(1, 0, stale.size(), stale.stream().map(Stale::name).toList());
        stale.stream().limit(8).forEach(one -> verdict.evidence(one.row(), one.reason()));
        WorkloadEntry entry = first.row().fact();
        return verdict.step(
                        "See the entry's annotations: which istiod owned it, and since when its machine is gone.",
                        kubectl(cluster, entry.getNamespace()) + " get workloadentry " + quote(entry.getName())
                                + " --output=yaml")
                .step(
                        "Delete what is left over. A machine that is connected gets its entry back when it connects again.",
                        kubectl(cluster, entry.getNamespace()) + " delete workloadentry " + quote(entry.getName()))
                .build();
    }
}
