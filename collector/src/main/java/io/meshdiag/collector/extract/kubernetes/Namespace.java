package io.meshdiag.collector.extract.kubernetes;

/** What facts need of a namespace: identity and the labels that Istio reads. */
public record Namespace(
        String name,
        String uid,
        String injection,
        String revision,
        String dataplaneMode,
        String network,
        String waypoint,
        boolean terminating) {

    /** Reduces a namespace. */
    public static Namespace of(KubernetesObject namespace) {
        return new Namespace(
                namespace.name(),
                namespace.uid(),
                namespace.label("istio-injection"),
                namespace.label("istio.io/rev"),
                namespace.label("istio.io/dataplane-mode"),
                namespace.label("topology.istio.io/network"),
                namespace.label("istio.io/use-waypoint"),
                namespace.terminating());
    }
}
