package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Running;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-13: the last layer of endpoints, and the one that traffic follows: a proxy has endpoints that no istiod of its cluster has any more.
 *
 * <p>A proxy may have fewer than istiod (subsets, visibility, locality weights, missing sidecars take some away), never others. So only what proves one
 * too many counts: more addresses of a cluster than istiod has there, as many but not the same, or a gateway where istiod has nothing behind it. A dump
 * is compared with what istiod had been saying for a while when it was taken, and with every replica, whichever the proxy is connected to.
 */
public final class ProxyEndpointsStale implements Detector<ClusterView> {
    private static final int SHOWN = 4;

    /** Longer than istiod gathers changes before it pushes, and pushes to the last proxy of a large cluster. */
    private static final Duration PUSHED_AFTER = Duration.ofMinutes(2);

    private static final Rule RULE = new Rule(
            "EPT-13",
            "ProxyEndpointsStale",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Proxies keep endpoints that istiod no longer has",
            "istiod knows that these endpoints are gone, and the proxy was not told or did not listen. It keeps sending requests to addresses that nobody"
                    + " serves, or that another pod has by now.",
            "Follow the finding that explains it: mostly updates that the proxy does not answer. When there is none, restart the proxy's pod and report the"
                    + " versions of istiod and proxy.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(ProxyConfig.class, EndpointShards.class, NetworkGateways.class, ProxyStatus.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Map<String, List<Row<EndpointShards>>> istiods = view.rows(EndpointShards.class).stream()
                .collect(Collectors.groupingBy(row -> row.fact().getHostname()));
        Ways ways = Ways.of(view.rows(NetworkGateways.class));
        boolean waypoints = view.rows(ProxyStatus.class).stream()
                .anyMatch(row -> "waypoint".equals(row.fact().getProxyType()));
        // The endpoints of a service with a waypoint are those of the waypoint.
        List<Kept> kept = waypoints
                ? List.of()
                : view.rows(ProxyConfig.class).stream()
                        .flatMap(proxy -> kept(view.cluster(), proxy, istiods, ways))
                        .toList();
        return kept.isEmpty() ? Stream.empty() : Stream.of(verdict(view, kept));
    }

    private static Stream<Kept> kept(
            ClusterSummary cluster, Row<ProxyConfig> proxy, Map<String, List<Row<EndpointShards>>> istiods, Ways ways) {
        return proxy.fact().getEndpointCounts().stream()
                .filter(count -> !count.getClusterId().isEmpty())
                .flatMap(count -> {
                    List<Row<EndpointShards>> rows = istiods.getOrDefault(count.getHost(), List.of());
                    boolean stale = !rows.isEmpty()
                            && rows.stream()
                                    .allMatch(row -> settled(cluster, proxy.fact(), row.fact())
                                            && oneTooMany(count, row.fact(), ways));
                    return stale ? Stream.of(new Kept(proxy, count, rows.get(0))) : Stream.empty();
                });
    }

    /** An archive is one look at everything; else istiod must have said the same for long enough before the proxy was read. */
    private static boolean settled(ClusterSummary cluster, ProxyConfig proxy, EndpointShards istiod) {
        return cluster.getMode() == CollectorMode.ARCHIVE
                || Shards.heldBefore(istiod.getHeader(), proxy.getHeader(), PUSHED_AFTER);
    }

    private static boolean oneTooMany(ProxyEndpointCount has, EndpointShards istiod, Ways ways) {
        // A ServiceEntry's endpoints may be of any cluster, and anywhere.
        if (!istiod.getShards().stream().allMatch(shard -> shard.getProvider().equals("Kubernetes"))) {
            return false;
        }
        Optional<EndpointShard> known = Shards.of(istiod, has.getClusterId());
        boolean counted = known.filter(shard -> shard.getEndpoints() > 0 && shard.getAddresses() == 0)
                .isEmpty();
        int addresses = known.map(EndpointShard::getAddresses).orElse(0);
        long digest = known.map(EndpointShard::getAddressDigest).orElse(0L);
        boolean workload = has.getAddresses() > addresses
                || (has.getAddresses() > 0 && has.getAddresses() == addresses && has.getAddressDigest() != digest);
        return counted && (workload || (has.getGateways() > 0 && !ways.leadAnywhere(has.getClusterId(), istiod)));
    }

    /** Gateways of clusters, by the networks that they lead into. */
    private record Ways(boolean known, Map<String, Set<String>> networks) {
        static Ways of(List<Row<NetworkGateways>> rows) {
            Map<String, Set<String>> networks = rows.stream()
                    .flatMap(row -> row.fact().getGateways().stream())
                    .collect(Collectors.groupingBy(
                            gateway -> gateway.getClusterId(),
                            Collectors.mapping(gateway -> gateway.getNetwork(), Collectors.toSet())));
            // Static meshNetworks do not say whose gateway it is.
            return new Ways(!rows.isEmpty() && !networks.containsKey(""), networks);
        }

        /** A gateway stands for endpoints of all clusters of its network, not only of its own. */
        boolean leadAnywhere(String cluster, EndpointShards istiod) {
            Set<String> into = networks.getOrDefault(cluster, Set.of());
            return !known
                    || istiod.getShards().stream()
                            .filter(shard -> shard.getEndpoints() > 0)
                            .anyMatch(shard -> shard.getClusterId().equals(cluster)
                                    || shard.getNetworks().stream().anyMatch(into::contains));
        }
    }

    /** Endpoints of one service in one cluster that one proxy has too many. */
    private record Kept(Row<ProxyConfig> proxy, ProxyEndpointCount count, Row<EndpointShards> istiod) {
        String name() {
            return proxy.fact().getNamespace() + "/" + proxy.fact().getName();
        }

        String service() {
            return istiod.fact().getNamespace() + "/" + istiod.fact().getService();
        }

        String has() {
            String what = count.getAddresses() > 0
                    ? count.getAddresses() + " address(es)"
                    : count.getGateways() + " gateway(s) to endpoints";
            return name() + " has " + what + " of " + service() + " in " + count.getClusterId();
        }

        String known() {
            int addresses = Shards.of(istiod.fact(), count.getClusterId())
                    .map(EndpointShard::getAddresses)
                    .orElse(0);
            String others = addresses == count.getAddresses() ? ", not the same ones" : "";
            return "istiod " + istiod.fact().getIstiod() + " has " + addresses + " address(es) of " + service() + " in "
                    + count.getClusterId() + others;
        }
    }

    private static Verdict verdict(ClusterView view, List<Kept> kept) {
        ClusterSummary cluster = view.cluster();
        String id = cluster.getClusterId();
        List<String> proxies = kept.stream().map(Kept::name).distinct().sorted().toList();
        List<String> services =
                kept.stream().map(Kept::service).distinct().sorted().toList();
        List<String> owners = kept.stream()
                .map(k -> k.count().getClusterId())
                .distinct()
                .sorted()
                .toList();
        Kept first = kept.get(0);
        ProxyConfig proxy = first.proxy().fact();

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster), Doubts.about(cluster, "endpointShardz", "proxies/config_dump"))
                // Pages of an archive are read one after the other while pods come and go.
                .confidence(cluster.getMode() == CollectorMode.ARCHIVE ? 0.8 : 1.0)
                .title(
                        proxies.size() == 1
                                ? "Proxy " + first.name() + " in " + id + " keeps endpoints that istiod no longer has"
                                : proxies.size() + " proxies in " + id + " keep endpoints that istiod no longer has")
                .description(
                        first.has() + "; " + first.known() + ".",
                        "The first layer that is wrong is the proxy: istiod in " + id + " has dropped what it keeps.",
                        services.size() + " service(s) with endpoints in "
                                + String.join(", ", owners.stream().limit(5).toList()) + " are called at addresses that"
                                + " nobody serves.")
                .scope(Scopes.of(view, cluster))
                .affected(1, services.size(), proxies.size(), proxies)
                .versions(Running.proxies(kept.stream().map(Kept::proxy)));
        if (proxies.size() == 1) {
            verdict.subject("Proxy", proxy.getNamespace(), proxy.getName(), cluster);
        } else {
            verdict.subject("Cluster", "", id, cluster);
        }
        kept.stream().limit(SHOWN).forEach(k -> verdict.evidence(k.proxy(), k.has())
                .evidence(k.istiod(), k.known()));
        return verdict.step(
                        "What does the proxy have now?",
                        "istioctl " + context(cluster) + " proxy-config endpoints "
                                + quote(proxy.getName() + "." + proxy.getNamespace()) + " | grep -F "
                                + quote(first.count().getHost()))
                .step("Does it take over what istiod sends?", "istioctl " + context(cluster) + " proxy-status")
                .step(
                        "Synced, and the endpoints are still there: start the proxy anew.",
                        kubectl(cluster, proxy.getNamespace()) + " delete pod " + quote(proxy.getName()))
                .build();
    }
}
