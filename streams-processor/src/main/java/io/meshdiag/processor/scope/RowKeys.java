package io.meshdiag.processor.scope;

import io.meshdiag.schema.FactKey;
import java.util.Optional;

/**
 * Keys of rows, in stores and on repartition topics: the scope's key, NUL, then the row's own key (a fact's key, a cluster's key, a finding's id).
 * Partitioned by the scope, scanned by the scope's prefix. No scope key holds a NUL: the read stage refuses keys with control characters.
 */
public final class RowKeys {
    private static final char SEPARATOR = '\u0000';

    private RowKeys() {}

    /** Key of one row in a scope. */
    public static String of(String scope, String row) {
        return scope + SEPARATOR + row;
    }

    /** What all rows of a scope start with. */
    public static String prefix(String scope) {
        return scope + SEPARATOR;
    }

    /** Scope of a row. */
    public static String scope(String key) {
        return key.substring(0, key.indexOf(SEPARATOR));
    }

    /** The row's own key. */
    public static String row(String key) {
        return key.substring(key.indexOf(SEPARATOR) + 1);
    }

    /** Scope {@code mesh} of a fact. */
    public static String mesh(FactKey key) {
        return FactKey.escape(key.mesh());
    }

    /** Mesh of any scope: its first segment, still escaped. */
    public static String meshOf(String scope) {
        int slash = scope.indexOf('/');
        return slash < 0 ? scope : scope.substring(0, slash);
    }

    /** Scope {@code mesh/namespace/service} of a fact; empty for facts that are not about one service. */
    public static Optional<String> service(FactKey key) {
        return switch (key.kind()) {
            case SERVICE_ENDPOINTS, ENDPOINT_SHARDS, SELECTED_PODS ->
                Optional.of(mesh(key) + "/" + FactKey.escape(key.subject().get(0)) + "/"
                        + FactKey.escape(key.subject().get(1)));
            default -> Optional.empty();
        };
    }

    /** True for facts that mesh rules look at besides the cluster summaries. */
    public static boolean inMesh(FactKey key) {
        return switch (key.kind()) {
            case REMOTE_SECRET,
                    REMOTE_CLUSTER_STATUS,
                    GATEWAY,
                    NETWORK_GATEWAYS,
                    SERVICE_REGISTRY,
                    ISTIOD_INSTANCE,
                    CONNECTIVITY -> true;
            // Machines and what clusters keep of them: they may join through any istiod of the mesh.
            case VM_HEALTH, WORKLOAD_ENTRY, WORKLOAD_GROUP -> true;
            // What istiod logs about other clusters; the logs of proxies are their own cluster's affair.
            case LOG_SIGNALS -> key.subject().get(0).equals("istiod");
            default -> false;
        };
    }
}
