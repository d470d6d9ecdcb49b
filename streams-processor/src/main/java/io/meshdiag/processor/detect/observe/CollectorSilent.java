package io.meshdiag.processor.detect.observe;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * OBS-01: nothing is heard from the collector of a cluster or of virtual machines any more, three heartbeats in a row.
 *
 * <p>It does not hold back: that three heartbeats are missing is the hold. What was found in that cluster is unknown meanwhile, neither open nor
 * resolved.
 */
public final class CollectorSilent implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "OBS-01",
            "CollectorSilent",
            1,
            Rule.Level.MESH,
            Severity.MEDIUM,
            "A cluster's collector is silent",
            "Meshdiag judges a cluster by what its collector tells. When heartbeats stay away, the collector is down, cannot reach Kafka, or the whole"
                    + " cluster is gone: findings about that cluster are unknown, and new faults there are not seen.",
            "Bring the collector back; if its cluster was removed on purpose, delete its facts.",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<ClusterSummary>> machines = view.machines().stream()
                .filter(ClusterSummary::getSilent)
                .collect(Collectors.groupingBy(ClusterSummary::getClusterId, TreeMap::new, Collectors.toList()));
        return Stream.concat(
                view.clusters().stream().filter(ClusterSummary::getSilent).map(cluster -> judge(view, cluster)),
                machines.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue())));
    }

    /** Machines fall silent together when their way to Kafka is cut, or their site is switched off: one finding for those of a cluster. */
    private static Verdict judge(MeshView view, String cluster, List<ClusterSummary> machines) {
        List<String> names = machines.stream().map(ClusterSummary::getVm).toList();
        ClusterSummary first = machines.get(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "vms-of|" + cluster, List.of())
                .title("No heartbeat from "
                        + (names.size() == 1 ? "virtual machine " + names.get(0) : names.size() + " virtual machines")
                        + " of cluster " + cluster)
                .description(
                        "The collectors of " + names.size() + " virtual machine(s) of cluster " + cluster
                                + " have missed three heartbeats.",
                        "Until they are heard again, what is known of these machines may no longer hold: their findings are unknown.")
                .scope(Scopes.ofMachines(view, cluster, names))
                .subject("VirtualMachine", "", names.get(0), first)
                .affected(0, 0, names.size(), names);
        machines.stream()
                .limit(8)
                .forEach(machine -> verdict.evidence(
                        machine,
                        "Heartbeat",
                        "heartbeats",
                        machine.getVm() + ": three heartbeats are missing; newest fact of " + machine.getAsOf()));
        String host = quote(names.get(0).replaceFirst("\\.[^.]*$", ""));
        return verdict.step(
                        "See whether the collector runs, and what it says; the machine itself may be off.",
                        "ssh -- " + host
                                + " 'sudo systemctl status meshdiag-vm; sudo journalctl --unit=meshdiag-vm --lines=50'")
                .step("Machines that were removed on purpose: delete their facts (docs/wire-format.md).")
                .build();
    }

    private static Verdict judge(MeshView view, ClusterSummary cluster) {
        return VerdictBuilder.verdict(RULE, Scopes.key(cluster), List.of())
                .title("No heartbeat from the collector of cluster " + cluster.getClusterId())
                .description(
                        "The last fact of cluster " + cluster.getClusterId() + " is of " + cluster.getAsOf() + ".",
                        "Until its collector is heard again, what is known of the cluster may no longer hold: its findings are unknown.")
                .scope(Scopes.of(view, cluster))
                .subject("Collector", "", cluster.getClusterId(), cluster)
                .affected(1, 0, 0, List.of(cluster.getClusterId()))
                .evidence(
                        cluster,
                        "Heartbeat",
                        "heartbeats",
                        "three heartbeats are missing; newest fact of " + cluster.getAsOf())
                .step(
                        "See whether the collector runs, and what it says.",
                        kubectlAtIstiod(cluster) + " get pods --selector=app.kubernetes.io/name=meshdiag-collector")
                .step(
                        "Its log tells whether Kafka or the API server is out of its reach.",
                        kubectlAtIstiod(cluster)
                                + " logs --selector=app.kubernetes.io/name=meshdiag-collector --tail=100")
                .step(
                        "See whether the cluster's API server answers at all.",
                        "kubectl " + context(cluster) + " get --raw /readyz")
                .build();
    }
}
