package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;

import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-04: istiods get no connection to another cluster's API server.
 *
 * <p>One finding per API server; who fails and who does not says where to look: the cluster itself, how its API server is exposed, or the way there.
 */
public final class RemoteApiUnreachable implements Detector<MeshView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "RMT-04",
            "RemoteApiUnreachable",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "istiods do not reach another cluster's API server",
            "istiod reads another cluster's Services and endpoints from its API server. While it gets no connection there, it keeps what it knew last; when it"
                    + " starts meanwhile, it becomes ready after 30 seconds (PILOT_REMOTE_CLUSTER_TIMEOUT) and knows nothing of that cluster.",
            "Make the API server reachable at the address that the remote secret names: authorised networks, firewall, load balancer, DNS.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Set.of(
                    RemoteSecret.class,
                    RemoteClusterStatus.class,
                    LogSignals.class,
                    IstiodInstance.class,
                    Connectivity.class),
            List.of(
                    new Rule.Edge(
                            "EPT-01",
                            Rule.JoinOn.TOWARDS,
                            "istiod that does not reach the other cluster's API server does not see its endpoints"),
                    new Rule.Edge(
                            "EPT-02",
                            Rule.JoinOn.TOWARDS,
                            "istiod that does not reach the other cluster's API server any more keeps the endpoints that it last saw"),
                    new Rule.Edge(
                            "EPT-12",
                            Rule.JoinOn.TOWARDS,
                            "istiod that does not reach the other cluster's API server does not see its endpoints"),
                    new Rule.Edge(
                            "RMT-05",
                            Rule.JoinOn.TOWARDS,
                            "istiod that does not reach the other cluster's API server cannot have tokens of its proxies reviewed")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<Failure>> byTarget = view.clusters().stream()
                .flatMap(observer -> Failure.of(view, observer))
                .collect(Collectors.groupingBy(Failure::target, TreeMap::new, Collectors.toList()));
        return byTarget.entrySet().stream().map(e -> judge(view, Target.of(view, e.getKey()), e.getValue()));
    }

    private static Verdict judge(MeshView view, Target target, List<Failure> all) {
        Believed<Failure> believed = Believed.of(all, Failure::observer);
        List<ClusterSummary> failing =
                believed.reports().stream().map(Failure::observer).distinct().toList();
        List<ClusterSummary> fine = view.clusters().stream()
                .filter(c -> !failing.contains(c) && Doubts.about(c).isEmpty())
                .filter(c -> synced(view, c, target.id()))
                .toList();
        ClusterSummary first = failing.get(0);
        boolean said = believed.reports().stream().anyMatch(Failure::said);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, target.key(), believed.missing())
                .severity(fine.isEmpty() ? Severity.CRITICAL : Severity.HIGH)
                // Without a line of the log it could also be refused.
                .confidence(said ? 1.0 : 0.7)
                .title("The API server of cluster " + target.id() + " is not reached from " + names(failing))
                .description(
                        whereToLook(target, failing, fine),
                        "istiods there keep the endpoints of " + target.id()
                                + " that they knew last, and know none after a restart.")
                .scope(target.seenBy(view, ids(failing)))
                .subject("Secret", "istio-system", "istio-remote-secret-" + target.id(), first)
                .affected(failing.size(), 0, 0, ids(failing));
        believed.reports().stream().limit(SHOWN).forEach(f -> verdict.evidence(f.row(), f.text()));
        Stream.concat(failing.stream(), fine.stream()).forEach(c -> probes(view, c, target, verdict));
        failing.forEach(c -> timeouts(view, c, target, verdict));
        return steps(verdict, target, first).build();
    }

    private static String whereToLook(Target target, List<ClusterSummary> failing, List<ClusterSummary> fine) {
        if (!fine.isEmpty()) {
            return names(fine) + " still reach(es) it, so it is up: the fault is on the way from " + names(failing)
                    + ".";
        }
        if (target.cluster().isEmpty()) {
            return "Nobody reaches it, and no collector speaks for it: whether the cluster is up is not known.";
        }
        if (target.cluster().get().getSilent()) {
            return "Nobody reaches it, and its own collector is silent: the cluster is down, or cut off as a whole.";
        }
        return (failing.size() == 1 ? "Only " + names(failing) + " reads it, and fails" : "Nobody reaches it")
                + "; its own collector is alive, so the cluster is up: look at how its API server is exposed (address, load balancer, firewall,"
                + " authorised networks)" + (failing.size() == 1 ? ", and at the way there." : ".");
    }

    private static boolean synced(MeshView view, ClusterSummary cluster, String target) {
        return view.rows(RemoteClusterStatus.class, cluster).stream()
                .flatMap(row -> row.fact().getClusters().stream())
                .anyMatch(c -> c.getClusterId().equals(target) && c.getSecretName() != null);
    }

    /** The first rung that fails names the fault. */
    private static void probes(MeshView view, ClusterSummary from, Target target, VerdictBuilder verdict) {
        for (Row<Connectivity> row : view.rows(Connectivity.class, from)) {
            Connectivity probe = row.fact();
            if (probe.getTarget() == ProbeTarget.API_SERVER
                    && probe.getPeerClusterId().equals(target.id())) {
                String to = "probe from " + from.getClusterId() + " to " + probe.getHost() + ":" + probe.getPort();
                verdict.evidence(
                        row,
                        probe.getRungs().stream()
                                .filter(rung -> !rung.getOk())
                                .findFirst()
                                .map(rung -> to + " fails at " + rung.getRung() + ": " + rung.getDetail())
                                .orElseGet(() -> to + " gets through: "
                                        + probe.getRungs().stream()
                                                .map(ProbeRung::getRung)
                                                .collect(Collectors.joining(", "))));
            }
        }
    }

    private static void timeouts(MeshView view, ClusterSummary from, Target target, VerdictBuilder verdict) {
        for (Row<IstiodInstance> row : view.rows(IstiodInstance.class, from)) {
            row.fact().getSyncTimeoutsByCluster().stream()
                    .filter(count -> count.getName().equals(target.id()) && count.getValue() > 0)
                    .forEach(count -> verdict.evidence(
                            row,
                            "istiod " + row.fact().getName() + " was not in sync with " + target.id() + " in time, "
                                    + count.getValue() + " time(s) since it started"));
        }
    }

    private static VerdictBuilder steps(VerdictBuilder verdict, Target target, ClusterSummary from) {
        return verdict.step(
                        "See what istiod in " + from.getClusterId() + " says of it.",
                        "istioctl remote-clusters " + context(from))
                .step("See which address the remote secret there names.", target.showServer(from))
                .step(
                        "See whether the API server answers at all, from where you are.",
                        "kubectl " + target.context() + " get --raw /readyz")
                .step("It answers: allow " + from.getClusterId()
                        + "'s outgoing addresses (authorised networks, firewall, security group) at that address.")
                .step(
                        "The address is not one that others can reach: create the secret anew with --server=https://<address>.",
                        target.createSecret(from));
    }

    private static List<String> ids(List<ClusterSummary> clusters) {
        return clusters.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
    }

    private static String names(List<ClusterSummary> clusters) {
        List<String> ids = ids(clusters);
        return ids.size() <= SHOWN
                ? String.join(", ", ids)
                : String.join(", ", ids.subList(0, SHOWN)) + " and " + (ids.size() - SHOWN) + " more";
    }
}
