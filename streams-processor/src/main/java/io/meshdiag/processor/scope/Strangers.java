package io.meshdiag.processor.scope;

import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.Workload;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Stranger;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Proxies that a cluster's istiods list and that are no pods of it. The mesh learns of them with each heartbeat, not with each push: only there is it
 * known which of them are virtual machines.
 */
final class Strangers {
    private static final int TOLD = 2_000;

    private Strangers() {}

    /** The summary with the strangers among these proxies. */
    static ClusterSummary of(ClusterSummary cluster, List<ProxyStatus> proxies, List<Workload> pods) {
        Set<String> own = pods.stream()
                .map(pod -> pod.getName() + "." + pod.getNamespace())
                .collect(Collectors.toSet());
        Map<String, Stranger> strangers = new TreeMap<>();
        for (ProxyStatus status : proxies) {
            String proxy =
                    status.getNamespace().isEmpty() ? status.getName() : status.getName() + "." + status.getNamespace();
            if (claimsAnother(cluster, status.getProxyClusterId()) || !own.contains(proxy)) {
                // Of two replicas that both list a proxy for a while, either will do.
                strangers.putIfAbsent(
                        proxy + " " + status.getProxyClusterId(),
                        new Stranger(proxy, status.getProxyClusterId(), status.getIstiod()));
            }
        }
        return ClusterSummary.newBuilder(cluster)
                .setStrangersCount(strangers.size())
                .setStrangers(strangers.values().stream()
                        .sorted(Comparator.comparing(stranger -> claimsAnother(cluster, stranger.getClaims())))
                        .limit(TOLD)
                        .toList())
                .build();
    }

    private static boolean claimsAnother(ClusterSummary cluster, String claimed) {
        return claimed != null && !claimed.equals(cluster.getClusterId());
    }
}
