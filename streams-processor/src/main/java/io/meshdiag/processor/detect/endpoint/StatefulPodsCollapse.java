package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.SelectedPods;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.ServiceView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * EPT-06: a ServiceEntry selects pods of equally named StatefulSets, and istiod takes pods of one name in two clusters for one.
 *
 * <p>istiod files the workloads that ServiceEntries select by namespace and name, without their cluster (istio/istio#38381). Names alone would be a
 * guess at what a version does: it counts only where istiod really has no more endpoints than there are names.
 */
public final class StatefulPodsCollapse implements Detector<ServiceView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "EPT-06",
            "StatefulPodsCollapse",
            1,
            Rule.Level.SERVICE,
            Severity.MEDIUM,
            "Pods of equally named StatefulSets count as one",
            "A ServiceEntry selects pods in several clusters, and StatefulSets there give them the same names. istiod tells pods that a ServiceEntry selects"
                    + " apart by namespace and name only: of each name it keeps one, and all others get no requests.",
            "Name the StatefulSets differently in each cluster, or use a Service in place of the ServiceEntry: its endpoints are told apart by address.",
            // Pods that start are ready here some time before istiod has them.
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Set.of(SelectedPods.class, EndpointShards.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ServiceView view) {
        List<Side> sides = view.clusters().stream()
                .flatMap(cluster -> view.rows(SelectedPods.class, cluster).stream()
                        .limit(1)
                        .map(pods -> new Side(cluster, pods, view.rows(EndpointShards.class, cluster))))
                .toList();
        List<Seen> collapsed = sides.stream()
                .flatMap(client -> collapse(client, sides).stream())
                .toList();
        return collapsed.isEmpty() ? Stream.empty() : Stream.of(verdict(view, collapsed));
    }

    /** What istiod in one cluster makes of the pods there and in the clusters that it reads; empty when it has more of them than names. */
    private static Optional<Seen> collapse(Side client, List<Side> sides) {
        List<Side> read = sides.stream()
                .filter(side -> side.cluster.equals(client.cluster)
                        || client.cluster.getLinkedTo().contains(side.cluster.getClusterId()))
                .toList();
        Set<String> names = new TreeSet<>();
        read.forEach(side -> names.addAll(side.pods.fact().getPods()));
        int pods =
                read.stream().mapToInt(side -> side.pods.fact().getPodsCount()).sum();
        boolean all = read.stream()
                .allMatch(side -> side.pods.fact().getPodsCount()
                        == side.pods.fact().getPods().size());
        int known = client.known();
        return all && names.size() < pods && known > 0 && known <= names.size()
                ? Optional.of(new Seen(client, read, names, pods, known))
                : Optional.empty();
    }

    private record Side(ClusterSummary cluster, Row<SelectedPods> pods, List<Row<EndpointShards>> istiods) {
        /** Endpoints of ServiceEntries that its istiods have, the replica with the most. */
        int known() {
            return istiods.stream()
                    .mapToInt(row -> row.fact().getShards().stream()
                            .filter(shard -> shard.getProvider().equals("External"))
                            .mapToInt(EndpointShard::getAddresses)
                            .sum())
                    .max()
                    .orElse(0);
        }
    }

    private record Seen(Side client, List<Side> read, Set<String> names, int pods, int known) {}

    private static Verdict verdict(ServiceView view, List<Seen> collapsed) {
        Seen first = collapsed.get(0);
        ClusterSummary cluster = first.client().cluster();
        SelectedPods selected = first.client().pods().fact();
        String name = view.namespace() + "/" + view.service();
        List<ClusterSummary> clusters = collapsed.stream()
                .flatMap(seen -> seen.read().stream())
                .map(Side::cluster)
                .distinct()
                .toList();
        List<String> missing = new ArrayList<>();
        clusters.forEach(
                each -> missing.addAll(Doubts.about(each, "endpointShardz", "pods", "custom-resources", "resources")));
        Scope scope = Scope.newBuilder(Scopes.among(view, clusters))
                .setNamespace(view.namespace())
                .setService(view.service())
                .build();

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, name, missing)
                .title("Pods of " + name + " in " + first.read().size()
                        + " clusters count as one where names are equal")
                .description(
                        first.pods() + " ready pods of StatefulSets in "
                                + first.read().size()
                                + " clusters are selected, with "
                                + first.names().size() + " different names; istiod in "
                                + cluster.getClusterId() + " has " + first.known() + " endpoint(s).",
                        "Pods that lost to another of their name get no requests from "
                                + String.join(
                                        ", ",
                                        collapsed.stream()
                                                .map(seen ->
                                                        seen.client().cluster().getClusterId())
                                                .limit(5)
                                                .toList())
                                + ".")
                .scope(scope)
                .subject("ServiceEntry", view.namespace(), selected.getServiceEntry(), cluster)
                .affected(
                        clusters.size(),
                        1,
                        0,
                        first.names().stream()
                                .map(pod -> view.namespace() + "/" + pod)
                                .toList());
        first.read().stream()
                .limit(SHOWN)
                .forEach(side -> verdict.evidence(
                        side.pods(),
                        "pods in " + side.cluster().getClusterId() + ": "
                                + String.join(", ", side.pods().fact().getPods())));
        collapsed.stream().limit(SHOWN).forEach(seen -> seen.client().istiods().stream()
                .limit(1)
                .forEach(row -> verdict.evidence(
                        row,
                        "istiod " + row.fact().getIstiod() + " has " + seen.known() + " endpoint(s) for " + seen.pods()
                                + " pods")));
        first.read().stream()
                .limit(2)
                .forEach(side -> verdict.step(
                        "Which pods are there in " + side.cluster().getClusterId() + "?",
                        kubectl(side.cluster(), view.namespace()) + " get pods --output=wide --selector="
                                + quote(side.pods().fact().getSelector())));
        return verdict.step(
                        "Which of them does istiod have?",
                        kubectlAtIstiod(cluster)
                                + " exec deployment/istiod -- pilot-discovery request GET /debug/endpointShardz")
                .step(
                        "Name the StatefulSets differently in each cluster. Where that cannot be: create a Service of one name in each cluster that selects"
                                + " these pods, and take the ServiceEntry out.")
                .build();
    }
}
