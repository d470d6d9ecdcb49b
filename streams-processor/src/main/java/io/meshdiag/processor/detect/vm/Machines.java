package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** All virtual machines of a mesh that say how they are, joined with what clusters know of them. */
final class Machines {
    private final MeshView view;
    private final Map<String, List<Row<WorkloadGroup>>> groups;
    private final Map<String, List<Row<WorkloadEntry>>> entries;

    private Machines(MeshView view) {
        this.view = view;
        this.groups = view.rows(WorkloadGroup.class).stream()
                .collect(Collectors.groupingBy(
                        row -> row.fact().getNamespace() + "/" + row.fact().getName()));
        this.entries = view.rows(WorkloadEntry.class).stream()
                .filter(row -> row.fact().getGroup() != null)
                .collect(Collectors.groupingBy(
                        row -> row.fact().getNamespace() + "/" + row.fact().getGroup()));
    }

    static List<Machine> of(MeshView view) {
        Machines machines = new Machines(view);
        return view.machines().stream()
                .flatMap(summary ->
                        view.rows(VmHealth.class, summary).stream().limit(1).map(row -> machines.machine(summary, row)))
                .toList();
    }

    /** WorkloadEntries of these machines' groups that belong to none of them, by namespace/group. */
    static Map<String, List<Row<WorkloadEntry>>> strayEntries(MeshView view, Collection<Machine> machines) {
        Set<Row<WorkloadEntry>> taken =
                machines.stream().flatMap(machine -> machine.entries().stream()).collect(Collectors.toSet());
        Map<String, List<Row<WorkloadEntry>>> stray = new HashMap<>();
        new Machines(view)
                .entries.forEach((group, rows) -> stray.put(
                        group, rows.stream().filter(row -> !taken.contains(row)).toList()));
        return stray;
    }

    static String group(VmHealth health) {
        return health.getNamespace() + "/" + health.getGroup();
    }

    private Machine machine(ClusterSummary summary, Row<VmHealth> row) {
        VmHealth health = row.fact();
        String cluster = summary.getClusterId();
        Set<String> names = Stream.of(summary.getVm(), health.getVm(), health.getProxyName())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Seat seat = Seat.of(view, summary, names);
        Set<String> registrars = registrars(summary, seat);
        Set<String> addresses = new HashSet<>(health.getAddresses());
        addresses.add(health.getProxyAddress());
        String group = group(health);
        return new Machine(
                summary,
                row,
                Machine.now(view, summary),
                view.cluster(cluster),
                seat,
                ofHome(
                        cluster,
                        groups.getOrDefault(group, List.of()).stream()
                                .filter(one -> registrars.contains(one.clusterId()))
                                .toList()),
                ofHome(
                        cluster,
                        entries.getOrDefault(group, List.of()).stream()
                                .filter(one -> addresses.contains(one.fact().getAddress()))
                                .toList()));
    }

    /** Clusters in which its WorkloadGroup has to be: that of the istiod that serves it or turns it away; where none does, any that may. */
    private Set<String> registrars(ClusterSummary machine, Seat seat) {
        if (seat.cluster().isPresent()) {
            return Set.of(seat.cluster().get());
        }
        Set<String> refusing = view.rows(LogSignals.class).stream()
                .filter(row -> row.fact().getSignals().stream()
                        .anyMatch(signal -> signal.getSignature().equals(VmRegistrationFailed.REFUSED)
                                && signal.getSubject().equals(machine.getVm())))
                .map(Row::clusterId)
                .collect(Collectors.toSet());
        return refusing.isEmpty()
                ? Stream.concat(
                                Seat.servers(view, machine.getClusterId()).stream(),
                                view.cluster(machine.getClusterId()).stream())
                        .map(ClusterSummary::getClusterId)
                        .collect(Collectors.toSet())
                : refusing;
    }

    /** Those of the machine's own cluster where it has any: others may use the same names and addresses for machines of theirs. */
    private static <T extends SpecificRecord> List<Row<T>> ofHome(String cluster, List<Row<T>> all) {
        List<Row<T>> own =
                all.stream().filter(one -> one.clusterId().equals(cluster)).toList();
        return own.isEmpty() ? all : own;
    }
}
