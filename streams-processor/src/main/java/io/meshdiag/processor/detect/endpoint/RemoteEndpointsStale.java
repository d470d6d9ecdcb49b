package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.ServiceEndpoints;
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
import java.util.stream.Stream;

/**
 * EPT-02: istiod has more endpoints of another cluster than that cluster has.
 *
 * <p>Layers are compared from the owner outwards, and the first that is wrong is named: the owner's EndpointSlices, the owner's own istiods, the
 * other cluster's istiods. The owner's istiods have a say because endpoints may come from WorkloadEntries, which no EndpointSlice shows. As many
 * endpoints are not the same ones when pods were replaced: then the addresses of both sides' istiods are compared, by digest. The layer after these,
 * a proxy that keeps what its istiod dropped, is EPT-13.
 */
public final class RemoteEndpointsStale implements Detector<ServiceView> {
    private static final int SHOWN = 4;

    /** Longer than istiod takes from a change in another cluster to its own page, and the collector to the next look at it. */
    private static final Duration KNOWN_AFTER = Duration.ofMinutes(2);

    private static final Rule RULE = new Rule(
            "EPT-02",
            "RemoteEndpointsStale",
            2,
            Rule.Level.SERVICE,
            Severity.HIGH,
            "istiod still has endpoints of another cluster that are gone",
            "istiod missed that endpoints in the other cluster went away, mostly because its watch there broke. Proxies keep sending requests to"
                    + " addresses that nobody serves, or that another pod has by now.",
            "Follow the finding that explains it: mostly access to the other cluster. When there is none, restart the istiod that is named.",
            // istiod's page and the owner's slices are read at different times: a rolling update must have passed both.
            Duration.ofMinutes(3),
            Duration.ofMinutes(1),
            Set.of(ServiceEndpoints.class, EndpointShards.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ServiceView view) {
        return view.clusters().stream()
                .filter(owner -> view.cluster(owner.getClusterId()).isPresent())
                .flatMap(owner -> view.rows(ServiceEndpoints.class, owner).stream()
                        .limit(1)
                        .filter(service -> service.fact().getHasSelector())
                        .flatMap(service -> judge(view, owner, service)));
    }

    private static Stream<Verdict> judge(ServiceView view, ClusterSummary owner, Row<ServiceEndpoints> service) {
        int ownIstiods = view.rows(EndpointShards.class, owner).stream()
                .mapToInt(row -> endpoints(row.fact(), owner))
                .max()
                .orElse(0);
        int slices = service.fact().getReady() + service.fact().getNotReady();
        int there = Math.max(slices, ownIstiods);
        Optional<EndpointShard> own = agreed(view.rows(EndpointShards.class, owner), owner);
        return view.clusters().stream()
                .filter(client -> !client.getClusterId().equals(owner.getClusterId())
                        && client.getLinkedTo().contains(owner.getClusterId()))
                .flatMap(client -> {
                    List<Row<EndpointShards>> stale = view.rows(EndpointShards.class, client).stream()
                            .filter(row -> endpoints(row.fact(), owner) > there
                                    || own.filter(shard -> replaced(view, owner, row.fact(), shard))
                                            .isPresent())
                            .toList();
                    return stale.isEmpty()
                            ? Stream.empty()
                            : Stream.of(verdict(view, client, owner, service, ownIstiods, stale));
                });
    }

    /** What all istiods of the owner have of its endpoints, when all have the same. */
    private static Optional<EndpointShard> agreed(List<Row<EndpointShards>> rows, ClusterSummary owner) {
        List<EndpointShard> shards = rows.stream()
                .flatMap(row -> Shards.of(row.fact(), owner.getClusterId()).stream())
                .toList();
        boolean all = shards.size() == rows.size()
                && shards.stream()
                        .allMatch(shard -> shard.getAddresses() == shards.get(0).getAddresses()
                                && shard.getAddressDigest() == shards.get(0).getAddressDigest());
        return all ? shards.stream().findFirst() : Optional.empty();
    }

    /** As many addresses and not the same, although the owner's istiods had these for a while. */
    private static boolean replaced(ServiceView view, ClusterSummary owner, EndpointShards client, EndpointShard own) {
        return Shards.of(client, owner.getClusterId())
                        .filter(shard -> Shards.swapped(shard, own))
                        .isPresent()
                && client.getHeader().getUnchangedSince() != null
                && view.rows(EndpointShards.class, owner).stream()
                        .allMatch(row -> Shards.heldBefore(row.fact().getHeader(), client.getHeader(), KNOWN_AFTER));
    }

    private static int endpoints(EndpointShards shards, ClusterSummary of) {
        return Shards.of(shards, of.getClusterId())
                .map(EndpointShard::getEndpoints)
                .orElse(0);
    }

    private static Verdict verdict(
            ServiceView view,
            ClusterSummary client,
            ClusterSummary owner,
            Row<ServiceEndpoints> service,
            int ownIstiods,
            List<Row<EndpointShards>> stale) {
        String name = view.namespace() + "/" + view.service();
        String from = client.getClusterId();
        String to = owner.getClusterId();
        int slices = service.fact().getReady() + service.fact().getNotReady();
        int replicas = view.rows(EndpointShards.class, client).size();
        List<String> missing = new ArrayList<>(Doubts.about(client, "endpointShardz"));
        missing.addAll(Doubts.about(owner, "resources", "services", "endpointslices", "endpointShardz"));
        boolean onlyOne = stale.size() == 1 && replicas > 1;
        Scope scope = Scope.newBuilder(Scopes.of(view, client, owner))
                .setNamespace(view.namespace())
                .setService(view.service())
                .setIstiod(onlyOne ? stale.get(0).fact().getIstiod() : null)
                .build();

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, name + "|" + Scopes.key(client, owner), missing)
                .title("istiod in " + from + " still has endpoints of " + name + " in " + to + " that are gone")
                .description(
                        name + " has " + slices + " endpoint(s) in " + to + " by its EndpointSlices, and "
                                + endpoints(stale.get(0).fact(), owner) + " in istiod of " + from + " ("
                                + stale.size() + " of " + replicas + " replicas)"
                                + (endpoints(stale.get(0).fact(), owner) > Math.max(slices, ownIstiods)
                                        ? "."
                                        : ", not the same ones."),
                        "The first layer that is wrong is istiod in " + from + ": it missed changes in " + to + ".",
                        "Proxies in " + from + " send requests to addresses that nobody serves.")
                .scope(scope)
                .subject("Service", view.namespace(), view.service(), client)
                .affected(1, 1, 0, List.of(name + "@" + from))
                .evidence(service, slices + " endpoint(s) by the EndpointSlices of " + to);
        if (ownIstiods > 0) {
            verdict.evidence(
                    owner, "EndpointShards", name, ownIstiods + " endpoint(s) of " + to + " by its own istiods");
        }
        stale.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(
                        row,
                        "istiod " + row.fact().getIstiod() + " has " + endpoints(row.fact(), owner) + " endpoint(s) of "
                                + to));
        return verdict.step(
                        "What is there now?",
                        kubectl(owner, view.namespace()) + " get endpointslices --selector="
                                + quote("kubernetes.io/service-name=" + view.service()))
                .step(
                        "Can istiod in " + from + " still read " + to + "? Its log says when the watch broke.",
                        kubectlAtIstiod(client) + " logs --selector=app=istiod --tail=-1 | grep " + quote(to))
                .step(
                        "Not in sync: create the remote secret anew.",
                        "istioctl create-remote-secret " + context(owner) + " --name=" + quote(to)
                                + " | kubectl apply --filename=- " + context(client))
                .step("In sync: restart istiod in " + from + ".", restartIstiod(client))
                .build();
    }
}
