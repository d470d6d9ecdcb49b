package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * TRU-05: clusters of one mesh have different trust domains, and a server does not take the client's for its own.
 *
 * <p>A server accepts clients of its own trust domain and of those that its mesh config names as aliases, whatever root they descend from. One finding
 * per two domains, however many clusters have them: both sides are mended together.
 */
public final class TrustDomainsDiffer implements Detector<MeshView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "TRU-05",
            "TrustDomainsDiffer",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "Clusters have different trust domains without an alias",
            "The identity in a workload's certificate begins with its trust domain. A proxy accepts clients of its own cluster's trust domain and of"
                    + " the aliases in its mesh config; it refuses all others although it trusts their root. Authorization policies that name"
                    + " principals do not match them either.",
            "Give all clusters of the mesh the same trust domain; until then name each other's under trustDomainAliases of both sides.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<ClusterSummary> known = Trust.members(view).stream()
                .filter(cluster -> cluster.getTrustDomain() != null)
                .toList();
        Map<String, List<Refusal>> byDomains = new TreeMap<>();
        for (ClusterSummary client : known) {
            for (ClusterSummary server : known) {
                if (!accepts(server, client.getTrustDomain())) {
                    byDomains
                            .computeIfAbsent(scopeKey(client, server), key -> new ArrayList<>())
                            .add(new Refusal(client, server));
                }
            }
        }
        return byDomains.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static boolean accepts(ClusterSummary server, String trustDomain) {
        return trustDomain.equals(server.getTrustDomain())
                || server.getTrustDomainAliases().contains(trustDomain);
    }

    private static String scopeKey(ClusterSummary client, ClusterSummary server) {
        return Stream.of(client.getTrustDomain(), server.getTrustDomain())
                .sorted()
                .reduce((a, b) -> a + "|" + b)
                .orElseThrow();
    }

    private static Verdict judge(MeshView view, String scopeKey, List<Refusal> all) {
        List<Refusal> credible =
                all.stream().filter(refusal -> refusal.doubts().isEmpty()).toList();
        List<Refusal> refusals = credible.isEmpty() ? all : credible;
        List<String> missing = credible.isEmpty()
                ? all.stream()
                        .flatMap(refusal -> refusal.doubts().stream())
                        .distinct()
                        .toList()
                : List.of();
        List<ClusterSummary> clusters = refusals.stream()
                .flatMap(refusal -> Stream.of(refusal.client(), refusal.server()))
                .distinct()
                .sorted(Comparator.comparing(c -> Scopes.key(c)))
                .toList();
        Map<String, List<ClusterSummary>> byDomain = new TreeMap<>();
        clusters.forEach(c -> byDomain.computeIfAbsent(c.getTrustDomain(), d -> new ArrayList<>())
                .add(c));
        List<String> domains = List.copyOf(byDomain.keySet());
        // The domain of fewer clusters deviates.
        ClusterSummary odd = byDomain.values().stream()
                .min(Comparator.comparingInt(List::size))
                .orElseThrow()
                .get(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, scopeKey, missing)
                .title("Trust domains " + domains.get(0) + " (" + ids(byDomain.get(domains.get(0))) + ") and "
                        + domains.get(1) + " (" + ids(byDomain.get(domains.get(1))) + ") are not aliases of each other")
                .description(
                        directions(domains, refusals),
                        "Connections in " + refusals.size()
                                + " direction(s) between clusters are refused although their roots may be trusted.")
                .scope(Scopes.among(view, clusters))
                .subject("ConfigMap", istiodNamespace(odd), "istio", odd)
                .affected(
                        clusters.size(),
                        0,
                        0,
                        refusals.stream()
                                .map(refusal -> refusal.client().getClusterId() + " to "
                                        + refusal.server().getClusterId())
                                .toList());
        clusters.forEach(c -> verdict.evidence(
                c,
                "ClusterProfile",
                "trustDomain, trustDomainAliases",
                c.getClusterId() + ": trust domain " + c.getTrustDomain() + ", aliases " + c.getTrustDomainAliases()));
        byDomain.values()
                .forEach(same -> verdict.step(
                        "See the mesh config of " + same.get(0).getClusterId() + ".",
                        kubectlAtIstiod(same.get(0)) + " get configmap istio --output=yaml"));
        for (int i = 0; i < 2; i++) {
            verdict.step("In the mesh config of " + ids(byDomain.get(domains.get(i))) + " add " + domains.get(1 - i)
                    + " under meshConfig.trustDomainAliases (Helm or IstioOperator values).");
        }
        return verdict.step(
                        "istiod takes a changed mesh config up by itself; if it does not, restart it.",
                        restartIstiod(odd))
                .step(
                        "Check authorization policies that name principals: they match the identities of one trust domain only.")
                .build();
    }

    private static String directions(List<String> domains, List<Refusal> refusals) {
        boolean first =
                refusals.stream().anyMatch(r -> r.client().getTrustDomain().equals(domains.get(0)));
        boolean second =
                refusals.stream().anyMatch(r -> r.client().getTrustDomain().equals(domains.get(1)));
        if (first && second) {
            return "Neither side names the other's trust domain as an alias.";
        }
        String client = first ? domains.get(0) : domains.get(1);
        String server = first ? domains.get(1) : domains.get(0);
        return "Servers of trust domain " + server + " do not name " + client
                + " as an alias; the other direction is accepted.";
    }

    private static String ids(List<ClusterSummary> clusters) {
        List<String> ids =
                clusters.stream().map(ClusterSummary::getClusterId).sorted().toList();
        return ids.size() > SHOWN
                ? String.join(", ", ids.subList(0, SHOWN)) + " and " + (ids.size() - SHOWN) + " more"
                : String.join(", ", ids);
    }

    /** The server's proxies do not accept the client's. */
    private record Refusal(ClusterSummary client, ClusterSummary server) {
        List<String> doubts() {
            return Stream.of(client, server)
                    .flatMap(c -> Doubts.about(c).stream())
                    .toList();
        }
    }
}
