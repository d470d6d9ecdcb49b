package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.time.Duration;

/** The pages of an istiod, in the order in which they are read: small ones first. */
enum IstiodPage {
    MESH("mesh", "/debug/mesh", null),
    SYNCZ("syncz", "/debug/syncz", FactKind.PROXY_STATUS),
    CLUSTERZ("clusterz", "/debug/clusterz", FactKind.REMOTE_CLUSTER_STATUS),
    NETWORKZ("networkz", "/debug/networkz", FactKind.NETWORK_GATEWAYS),
    METRICS("metrics", "/metrics", FactKind.ISTIOD_INSTANCE),
    SHARDS("endpointShardz", "/debug/endpointShardz", FactKind.ENDPOINT_SHARDS),
    REGISTRY("registryz", "/debug/registryz", FactKind.SERVICE_REGISTRY);

    private final String source;
    private final String path;
    private final FactKind kind;

    IstiodPage(String name, String path, FactKind kind) {
        this.source = "istiod/" + name;
        this.path = path;
        this.kind = kind;
    }

    /** Of the facts that it shows; null = of none by itself. */
    FactKind kind() {
        return kind;
    }

    /** Name in the coverage. */
    String source() {
        return source;
    }

    String path() {
        return path;
    }

    /** False for metrics, which istiod gives to anybody. */
    boolean debug() {
        return this != METRICS;
    }

    /** Time between two readings; zero = in every round. */
    Duration interval(IstiodSettings settings) {
        return switch (this) {
            case MESH -> settings.mesh();
            case SHARDS -> settings.shards();
            case REGISTRY -> settings.registry();
            default -> Duration.ZERO;
        };
    }

    /** True for the key of a fact that this page of this replica would show. Keys of istiods end in the replica's name. */
    boolean shows(FactKey key, IstiodPod istiod) {
        if (key.kind() != kind) {
            return false;
        }
        int last = key.subject().size() - 1;
        boolean named = key.subject().get(last).equals(istiod.name());
        boolean byNamespace = last == 1;
        return named && (!byNamespace || key.subject().get(0).equals(istiod.namespace()));
    }
}
