package io.meshdiag.simulator.artifact.envoy;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.IstiodView;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.fleet.Rejection;
import java.util.List;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;

/** What one Envoy has: the third layer of truth. All of it came from its istiod. */
public record ProxyView(Fleet fleet, Cluster cluster, Proxy proxy, IstiodView istiod) {
    /** As its istiod told it, as far as it took that over. */
    public static ProxyView of(Fleet fleet, Cluster cluster, Proxy proxy) {
        return new ProxyView(fleet, cluster, proxy, IstiodView.asToldTo(proxy, fleet, cluster));
    }

    /** Whether its outlier detection ejected the gateways to that cluster. */
    public boolean ejected(String clusterId) {
        return cluster.distortions()
                .ejectedClusters()
                .getOrDefault(proxy.id(), Set.of())
                .contains(clusterId);
    }

    /** Folder of its pages in an archive. */
    public String folder() {
        return "proxies/" + proxy.namespace() + "/" + proxy.name() + "/";
    }

    /** Push version of everything that it took. */
    public String version() {
        return fleet.settings().pushVersion();
    }

    public String updated() {
        return fleet.settings().pushedAt().plusMillis(214).toString();
    }

    /** The refused push, or null. */
    public Rejection rejection() {
        return cluster.rejections().get(proxy.id());
    }

    public String spiffeId() {
        return cluster.trust().spiffeId(proxy);
    }

    /** Leaf first, root last; valid around the archive's time. */
    public List<X509CertificateHolder> certificate() {
        return cluster.trust().certificateOf(proxy, fleet.settings().time());
    }
}
