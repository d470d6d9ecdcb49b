package io.meshdiag.collector.extract;

/**
 * The names of a cluster and of its mesh, from what several sources say of them. Sources are asked in the order in which they are believed: the first
 * one that says anything decides.
 */
public final class ClusterNames {
    /** Istio's own defaults: CLUSTER_ID of istiod, and the trust domain. */
    private static final String DEFAULT_CLUSTER = "Kubernetes";

    private static final String DEFAULT_MESH = "cluster.local";

    private String clusterId;
    private String clusterIdSource;
    private String meshId;

    /**
     * A source of the cluster's id.
     *
     * @param id null or empty when it says nothing
     * @param source see ClusterProfile.clusterIdSource
     */
    public ClusterNames clusterId(String id, String source) {
        if (clusterId == null && id != null && !id.isEmpty()) {
            clusterId = id;
            clusterIdSource = source;
        }
        return this;
    }

    /** A source of the mesh's id: null or empty when it says nothing. */
    public ClusterNames meshId(String id) {
        if (meshId == null && id != null && !id.isEmpty()) {
            meshId = id;
        }
        return this;
    }

    public String clusterId() {
        return clusterId == null ? DEFAULT_CLUSTER : clusterId;
    }

    /** "default" when no source named the cluster. */
    public String clusterIdSource() {
        return clusterId == null ? "default" : clusterIdSource;
    }

    public String meshId() {
        return meshId == null ? DEFAULT_MESH : meshId;
    }
}
