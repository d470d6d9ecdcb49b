package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.IstioResource;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.DestinationPolicy;
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
 * EPT-09: a DestinationRule says where traffic is to fail over to, and nothing that would notice that it has to.
 *
 * <p>That only local endpoints answer is by design while they are healthy, and no fault. But istiod takes localityLbSetting's failover and
 * failoverPriority into account only where outlierDetection is set beside it (pilot/pkg/xds/endpoints: the priorities are made only then). Each policy
 * is judged by itself: settings of a port replace those of the host altogether, and rules of one host are not merged field by field.
 */
public final class FailoverWithoutOutlierDetection implements Detector<ClusterView> {
    private static final int SHOWN = 8;

    private static final Rule RULE = new Rule(
            "EPT-09",
            "FailoverWithoutOutlierDetection",
            1,
            Rule.Level.CLUSTER,
            Severity.MEDIUM,
            "Failover between localities is set without outlier detection",
            "A DestinationRule says which region or zone takes over, but lacks outlierDetection beside it. istiod then ignores the failover: requests are spread"
                    + " over all localities while all is well, and nothing moves away from endpoints that fail.",
            "Add outlierDetection to the same trafficPolicy, or take the failover out.",
            // Somebody may be about to apply the other half.
            Duration.ofMinutes(5),
            Duration.ZERO,
            Set.of(IstioResource.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    /** One finding for the rules of a namespace: they mostly come from one place, and belong to one team. */
    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Map<String, List<Row<IstioResource>>> byNamespace = view.rows(IstioResource.class).stream()
                .filter(row -> row.fact().getKind().equals("DestinationRule"))
                .filter(row -> DestinationPolicy.of(row.fact())
                        .filter(DestinationPolicy::failsOverBlindly)
                        .isPresent())
                .collect(Collectors.groupingBy(row -> row.fact().getNamespace(), TreeMap::new, Collectors.toList()));
        return byNamespace.entrySet().stream().map(e -> verdict(view, e.getKey(), e.getValue()));
    }

    private static Verdict verdict(ClusterView view, String namespace, List<Row<IstioResource>> rules) {
        ClusterSummary cluster = view.cluster();
        String id = cluster.getClusterId();
        List<String> hosts =
                rules.stream().map(row -> host(row.fact())).sorted().toList();
        IstioResource first = rules.get(0).fact();
        Scope scope = Scope.newBuilder(Scopes.of(view, cluster))
                .setNamespace(namespace)
                .build();
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "|" + namespace, Doubts.about(cluster, "custom-resources"))
                .title(rules.size() + " DestinationRule(s) in " + namespace + " of " + id
                        + " set failover without outlier detection")
                .description(
                        namespace + "/" + first.getName()
                                + " says where traffic fails over to, and has no outlierDetection beside it.",
                        "istiod ignores the failover without it: requests to " + host(first)
                                + " go to all localities alike, and do not move away from endpoints that fail.")
                .scope(scope)
                .subject("DestinationRule", namespace, first.getName(), cluster)
                .changedAt(first.getCreatedAt())
                .affected(1, (int) hosts.stream().distinct().count(), 0, hosts);
        rules.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(row, "spec: " + row.fact().getCanonicalSpec()));
        return verdict.step(
                        "Add outlier detection.",
                        kubectl(cluster, namespace) + " patch destinationrule " + quote(first.getName())
                                + " --type=merge --patch='{\"spec\":{\"trafficPolicy\":{\"outlierDetection\":"
                                + "{\"consecutive5xxErrors\":5,\"interval\":\"10s\",\"baseEjectionTime\":\"30s\"}}}}'")
                .step(
                        "Failover set for a port or a subset: add it there, because a port takes nothing over from the host.")
                .step("Do the same in the manifests that the rule comes from.")
                .build();
    }

    private static String host(IstioResource rule) {
        return DestinationPolicy.of(rule).map(DestinationPolicy::host).orElse(rule.getName());
    }
}
