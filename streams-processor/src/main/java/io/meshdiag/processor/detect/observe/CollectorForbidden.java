package io.meshdiag.processor.detect.observe;

import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
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
 * OBS-02: a collector may not read what rules need. Secrets are left out: not granting them is a choice, and trust is known without them.
 */
public final class CollectorForbidden implements Detector<MeshView> {
    private static final Set<String> BY_CHOICE = Set.of("kubernetes/secrets");

    private static final Rule RULE = new Rule(
            "OBS-02",
            "CollectorForbidden",
            1,
            Rule.Level.MESH,
            Severity.MEDIUM,
            "A collector is not allowed to read a source",
            "A source that answers 401 or 403 is blindness, not health: rules that need it say nothing about this cluster. istiod answers debug pages only"
                    + " to its own namespace since 1.27.6, 1.28.4 and 1.29.0; Kubernetes answers by the ClusterRoles that were applied.",
            "Run the collector in istiod's namespace or allow its namespace there, and apply the ClusterRoles that it needs.",
            Duration.ofMinutes(2),
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
                .filter(machine -> !forbidden(machine).isEmpty())
                .collect(Collectors.groupingBy(ClusterSummary::getClusterId, TreeMap::new, Collectors.toList()));
        return Stream.concat(
                view.clusters().stream()
                        .filter(cluster -> !forbidden(cluster).isEmpty())
                        .map(cluster -> judge(view, cluster, forbidden(cluster))),
                machines.entrySet().stream().map(e -> judgeMachines(view, e.getKey(), e.getValue())));
    }

    /** Machines are set up alike: one finding for those of a cluster. */
    private static Verdict judgeMachines(MeshView view, String cluster, List<ClusterSummary> machines) {
        List<String> names = machines.stream().map(ClusterSummary::getVm).toList();
        List<String> sources = machines.stream()
                .flatMap(machine -> forbidden(machine).stream())
                .map(SourceCoverage::getSource)
                .distinct()
                .sorted()
                .toList();
        List<String> doubts =
                machines.stream().allMatch(machine -> !Doubts.about(machine).isEmpty())
                        ? Doubts.about(machines.get(0))
                        : List.of();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "vms-of|" + cluster, doubts)
                .title("The collectors of " + names.size() + " virtual machine(s) of cluster " + cluster
                        + " may not read " + sources.stream().limit(3).collect(Collectors.joining(", ")))
                .description(
                        "Not allowed: " + String.join(", ", sources) + ".",
                        "Rules that need them say nothing about these machines.")
                .scope(Scopes.ofMachines(view, cluster, names))
                .subject("VirtualMachine", "", names.get(0), machines.get(0))
                .affected(0, 0, names.size(), names);
        machines.stream().limit(4).forEach(machine -> forbidden(machine).stream()
                .limit(2)
                .forEach(source -> verdict.evidence(
                        machine, "Heartbeat", source.getSource(), machine.getVm() + ": " + source.getDetail())));
        String ssh = "ssh -- " + quote(names.get(0).replaceFirst("\\.[^.]*$", "")) + " ";
        verdict.step(
                "See as whom the collector runs and with which capabilities; the unit that comes with it has what it needs.",
                ssh + "systemctl show meshdiag-vm --property=User,AmbientCapabilities,SupplementaryGroups");
        if (sources.contains("vm/certs") || sources.contains("vm/token")) {
            verdict.step(
                    "Certificates and token: run it as Istio's user.",
                    ssh + quote(dropIn("istio-proxy.conf", "10-istio-proxy.conf")));
        }
        if (sources.contains("vm/iptables-legacy")) {
            verdict.step(
                    "Rules of iptables-legacy: give it two more capabilities, with which it may read every file of the machine.",
                    ssh + quote(dropIn("iptables-legacy.conf", "20-iptables-legacy.conf")));
        }
        return verdict.build();
    }

    /** The files come with the package of the machine's collector. */
    private static String dropIn(String file, String link) {
        String folder = "/etc/systemd/system/meshdiag-vm.service.d";
        return "sudo mkdir --parents " + folder
                + " && sudo ln --symbolic --force --no-dereference /usr/share/meshdiag-vm/systemd/" + file + " "
                + folder + "/" + link + " && sudo systemctl daemon-reload && sudo systemctl restart meshdiag-vm";
    }

    private static List<SourceCoverage> forbidden(ClusterSummary cluster) {
        return cluster.getSources().stream()
                .filter(source -> source.getState() == SourceState.FORBIDDEN)
                .filter(source -> !BY_CHOICE.contains(source.getSource()))
                .toList();
    }

    private static Verdict judge(MeshView view, ClusterSummary cluster, List<SourceCoverage> forbidden) {
        List<String> names = forbidden.stream()
                .map(SourceCoverage::getSource)
                .distinct()
                .sorted()
                .toList();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(cluster), Doubts.about(cluster))
                .title("The collector of cluster " + cluster.getClusterId() + " may not read " + names.size()
                        + " source(s): " + names.stream().limit(3).collect(Collectors.joining(", ")))
                .description(
                        "Not allowed: " + String.join(", ", names) + ".",
                        "Rules that need them say nothing about this cluster.")
                .scope(Scopes.of(view, cluster))
                .subject("Collector", "", cluster.getClusterId(), cluster)
                .affected(1, 0, 0, names);
        forbidden.stream()
                .limit(10)
                .forEach(source -> verdict.evidence(cluster, "Heartbeat", source.getSource(), source.getDetail()));
        return verdict.step(
                        "See what the collector's service account may do.",
                        kubectlAtIstiod(cluster) + " auth can-i --list"
                                + " --as=system:serviceaccount:istio-system:meshdiag-collector")
                .step("Kubernetes sources: apply the roles of deploy/cluster in full.")
                .step(
                        "istiod's debug pages: run the collector in istiod's namespace, or name its namespace in istiod's variable"
                                + " DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES.")
                .build();
    }
}
