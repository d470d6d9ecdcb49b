package io.meshdiag.collector.cluster.watch;

/**
 * One kind of object, watched with one question to the API server.
 *
 * @param group API group; empty for the core group
 * @param plural resource name, for example "endpointslices"
 * @param source whose coverage it counts for, for example "kubernetes/resources"
 * @param namespace only there; null = everywhere
 * @param labelSelector null = no restriction
 * @param fieldSelector null = no restriction
 */
public record WatchedKind(
        String group, String plural, String source, String namespace, String labelSelector, String fieldSelector) {
    /**
     * Its name among the parts of its source. Examples: "services", "virtualservices.networking.istio.io", "events with reason=FailedCreate",
     * "configmaps in istio-system".
     */
    public String part() {
        return plural
                + (source.equals(WatchedKinds.CUSTOM_RESOURCES) ? "." + group : "")
                + (namespace == null ? "" : " in " + namespace)
                + (labelSelector == null ? "" : " with " + labelSelector)
                + (fieldSelector == null ? "" : " with " + fieldSelector);
    }
}
