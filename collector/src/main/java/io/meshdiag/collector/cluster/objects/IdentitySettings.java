package io.meshdiag.collector.cluster.objects;

import java.util.List;

/**
 * What the user says about a cluster's identity.
 *
 * @param meshId overrides the mesh that the cluster names; null to believe it
 * @param clusterId overrides the id that istiod names; null to believe it
 * @param istioNamespaces where istiod runs
 */
public record IdentitySettings(String meshId, String clusterId, List<String> istioNamespaces) {
    /** Believe the cluster. */
    public static final IdentitySettings DEFAULT = new IdentitySettings(null, null, List.of("istio-system"));

    public IdentitySettings {
        istioNamespaces = List.copyOf(istioNamespaces);
    }
}
