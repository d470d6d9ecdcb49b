package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Whose facts are whose: a proxy's, by the key. */
final class ProxyKeys {
    private final String mesh;
    private final String cluster;

    ProxyKeys(ClusterOrigin origin) {
        mesh = origin.meshId();
        cluster = FactKey.clusterSegment(origin.clusterId(), origin.clusterUid());
    }

    /** What a dump of this proxy shows. */
    Predicate<FactKey> dump(ProxyName proxy) {
        return key -> key.kind() != FactKind.CONFIG_DRIFT
                && proxy(key).filter(proxy::equals).isPresent();
    }

    FactKey drift(ProxyName proxy) {
        return new FactKey(mesh, cluster, FactKind.CONFIG_DRIFT, List.of(proxy.namespace(), proxy.name()));
    }

    /** The proxy of this cluster that a fact was made of by looking into it, or at its drift; empty for all other facts. */
    Optional<ProxyName> proxy(FactKey key) {
        List<String> subject = key.subject();
        // Asked of every key that readers have: the kind, which rules out most, comes first.
        return switch (key.kind()) {
            case PROXY_CONFIG, CONFIG_DRIFT -> ours(key, subject.get(0), subject.get(1));
            case TRUST_BUNDLE ->
                subject.get(0).equals(TrustHolder.PROXY.name())
                        ? ours(key, subject.get(1), subject.get(2))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<ProxyName> ours(FactKey key, String namespace, String name) {
        return key.mesh().equals(mesh) && key.cluster().equals(cluster)
                ? Optional.of(new ProxyName(namespace, name))
                : Optional.empty();
    }
}
