package io.meshdiag.processor.detect.incident;

/** What findings may have in common. Most specific first: of what is shared by the same findings, the first says most. */
public enum FactorKind {
    NODE,
    ISTIOD,
    /** An object of one cluster that somebody may have changed. */
    OBJECT,
    /** An Istio resource of one kind, namespace and name, in several clusters: as one manifest makes it. */
    RESOURCE,
    DIRECTION,
    SERVICE,
    TOWARDS,
    FROM,
    CLUSTER,
    NETWORK,
    PROXY_VERSION,
    ISTIOD_VERSION;

    /** All findings of a cluster share it anyway, so that clusters are counted, not findings. */
    public boolean wide() {
        return this == NETWORK || this == PROXY_VERSION || this == ISTIOD_VERSION;
    }

    /** An object that can be changed. */
    public boolean object() {
        return this == OBJECT || this == RESOURCE;
    }
}
