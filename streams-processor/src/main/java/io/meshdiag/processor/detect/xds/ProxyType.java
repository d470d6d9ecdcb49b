package io.meshdiag.processor.detect.xds;

import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * One xDS type of one proxy, in the istiod that last sent it something.
 *
 * <p>A proxy that moved from one istiod to another may be listed by both for a while; the older connection tells nothing about now.
 *
 * @param proxy namespace/name@cluster, the cluster being the one that the proxy says it is in: proxies of a remote are listed at its primary
 */
record ProxyType(String proxy, Row<ProxyStatus> row, XdsStatus xds) {
    private static final Comparator<ProxyType> BY_AGE = Comparator.comparing(
                    (ProxyType p) -> p.xds.getSentAt(), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(p -> p.row.fact().getHeader().getObservedAt())
            .thenComparing(p -> p.row.fact().getIstiod());

    /** All types of all proxies that the cluster's istiods list, sorted by proxy and type. */
    static Collection<ProxyType> of(ClusterView view) {
        Map<String, ProxyType> newest = new TreeMap<>();
        for (Row<ProxyStatus> row : view.rows(ProxyStatus.class)) {
            for (XdsStatus xds : row.fact().getXds()) {
                ProxyType one = new ProxyType(name(row), row, xds);
                newest.merge(one.proxy + " " + xds.getType(), one, (a, b) -> BY_AGE.compare(a, b) >= 0 ? a : b);
            }
        }
        return newest.values();
    }

    Instant observedAt() {
        return row.fact().getHeader().getObservedAt();
    }

    private static String name(Row<ProxyStatus> row) {
        ProxyStatus status = row.fact();
        String cluster = status.getProxyClusterId() == null ? row.clusterId() : status.getProxyClusterId();
        return status.getNamespace() + "/" + status.getName() + "@" + cluster;
    }
}
