package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-07: a remote secret does not lead to the cluster that it names.
 *
 * <p>Addresses of one machine or one cluster only are wrong wherever they stand; private ones are not. Behind a proxy in front of API servers the CA is
 * the proxy's, and that works: an unknown CA is a fault only where istiod does not get in. The CA of another cluster of the mesh always is.
 */
public final class RemoteSecretMisdirected implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "RMT-07",
            "RemoteSecretMisdirected",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A remote secret does not lead to the cluster that it names",
            "The remote secret names a cluster by its key and says where its API server is. When it was made with the wrong --name, from a kubeconfig with a"
                    + " local address, or before the cluster was built anew, istiod reaches nothing there, or takes another cluster for this one.",
            "Create the remote secret anew with the id of the cluster as --name and an address that others can reach as --server.",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(RemoteSecret.class, RemoteClusterStatus.class, LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "RMT-04",
                            Rule.JoinOn.CLUSTER,
                            "at the address in the remote secret is no API server of that cluster"),
                    new Rule.Edge(
                            "EPT-01",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is led elsewhere does not see the cluster's endpoints"),
                    new Rule.Edge(
                            "EPT-12",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is led elsewhere does not see the cluster's endpoints")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, ClusterSummary> byCa = byCa(view);
        Map<String, List<Astray>> byTarget = view.clusters().stream()
                .flatMap(observer -> astray(view, observer, byCa))
                .collect(Collectors.groupingBy(
                        astray -> astray.row().fact().getClusterKey(), TreeMap::new, Collectors.toList()));
        return byTarget.entrySet().stream().map(e -> judge(view, Target.of(view, e.getKey()), e.getValue()));
    }

    /** Clusters by the CA of their API server, without those that share one: a company's CA tells nothing. */
    private static Map<String, ClusterSummary> byCa(MeshView view) {
        Map<String, List<ClusterSummary>> all = view.clusters().stream()
                .filter(c -> c.getApiServerCaSha256() != null)
                .collect(Collectors.groupingBy(ClusterSummary::getApiServerCaSha256));
        return all.entrySet().stream()
                .filter(e -> e.getValue().size() == 1)
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().get(0)));
    }

    private static Stream<Astray> astray(MeshView view, ClusterSummary observer, Map<String, ClusterSummary> byCa) {
        Set<String> inTrouble = inTrouble(view, observer);
        return view.rows(RemoteSecret.class, observer).stream()
                .filter(row -> !row.fact().getClusterKey().equals(observer.getClusterId()))
                .flatMap(row ->
                        why(view, row.fact(), byCa, inTrouble).map(why -> new Astray(observer, row, why)).stream());
    }

    private static Optional<String> why(
            MeshView view, RemoteSecret secret, Map<String, ClusterSummary> byCa, Set<String> inTrouble) {
        String key = secret.getClusterKey();
        String host = secret.getServerHost() == null ? "" : secret.getServerHost();
        if (secret.getProblem() != null) {
            return Optional.of("istiod cannot use it: " + secret.getProblem());
        }
        if (local(host)) {
            return Optional.of(
                    "its server " + host + " is an address that means another machine to everybody who uses it");
        }
        String ca = secret.getCaSha256();
        ClusterSummary owner = ca == null ? null : byCa.get(ca);
        if (owner != null && !owner.getClusterId().equals(key)) {
            return Optional.of("its CA is that of the API server of " + owner.getClusterId() + ", so it leads there");
        }
        String expected =
                view.cluster(key).map(ClusterSummary::getApiServerCaSha256).orElse(null);
        boolean other = ca != null && expected != null && !ca.equals(expected);
        return other && inTrouble.contains(key)
                ? Optional.of("its CA is not that of the API server of " + key + ", and istiod does not get in")
                : Optional.empty();
    }

    /** Addresses that only the own machine or the own cluster answers to. */
    static boolean local(String host) {
        String bare = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
        return bare.equals("localhost")
                || bare.endsWith(".localhost")
                || bare.matches("127\\.\\d+\\.\\d+\\.\\d+")
                || bare.equals("0.0.0.0")
                || bare.equals("::1")
                || bare.equals("::")
                || bare.startsWith("169.254.")
                || bare.equals("host.docker.internal")
                || bare.matches("kubernetes(\\.default(\\.svc(\\..*)?)?)?");
    }

    /** Clusters that the observer's istiods do not get into. */
    private static Set<String> inTrouble(MeshView view, ClusterSummary observer) {
        Set<String> signatures = Stream.concat(Complaint.UNREACHABLE.stream(), Stream.of(Complaint.UNAUTHORIZED))
                .collect(Collectors.toSet());
        Set<String> ids = Complaint.of(view, observer, signatures).stream()
                .map(Complaint::target)
                .collect(Collectors.toSet());
        view.rows(RemoteClusterStatus.class, observer).stream()
                .flatMap(row -> row.fact().getClusters().stream())
                .filter(c -> c.getState() == RemoteSyncState.TIMEOUT)
                .forEach(c -> ids.add(c.getClusterId()));
        return ids;
    }

    private static Verdict judge(MeshView view, Target target, List<Astray> all) {
        Believed<Astray> believed = Believed.of(all, Astray::observer);
        List<Astray> shown = believed.reports();
        List<String> observers = shown.stream()
                .map(a -> a.observer().getClusterId())
                .distinct()
                .sorted()
                .toList();
        Astray first = shown.get(0);
        RemoteSecret secret = first.row().fact();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, target.key(), believed.missing())
                .title("The remote secret for cluster " + target.id() + " does not lead there (held by "
                        + observers.size() + " cluster(s))")
                .description(
                        "In " + String.join(", ", observers) + ", of secret " + secret.getNamespace() + "/"
                                + secret.getName() + ": " + first.why() + ".",
                        "istiods there do not see the endpoints of " + target.id() + ", or see others in their place.")
                .scope(target.seenBy(view, observers))
                .subject("Secret", secret.getNamespace(), secret.getName(), first.observer())
                .affected(observers.size(), 0, 0, observers);
        shown.forEach(a -> verdict.evidence(a.row(), a.text()));
        verdict.step("See which address the secret names.", target.showServer(first.observer()));
        shown.stream()
                .map(Astray::observer)
                .distinct()
                .limit(5)
                .forEach(o -> verdict.step(
                        "Create it anew in " + o.getClusterId()
                                + "; where your own kubeconfig has a local address, with --server=https://<address that others can reach>.",
                        target.createSecret(o)));
        return verdict.step(
                        "Check: istiod lists " + target.id() + " as synced within a minute.",
                        "istioctl remote-clusters " + context(first.observer()))
                .build();
    }

    /** A secret and what is wrong with it. */
    private record Astray(ClusterSummary observer, Row<RemoteSecret> row, String why) {
        String text() {
            RemoteSecret secret = row.fact();
            return "key " + secret.getClusterKey() + ", server " + secret.getServerHost() + ":" + secret.getServerPort()
                    + ": " + why;
        }
    }
}
