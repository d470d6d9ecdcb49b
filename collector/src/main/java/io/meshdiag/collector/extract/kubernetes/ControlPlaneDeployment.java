package io.meshdiag.collector.extract.kubernetes;

/** A Deployment of istiod: one control plane revision. */
public record ControlPlaneDeployment(String namespace, String name, String revision, int replicas, int readyReplicas) {

    /** True for a Deployment that runs istiod. */
    static boolean matches(KubernetesObject deployment) {
        return "istiod".equals(deployment.label("app"));
    }

    /** Reduces a Deployment; replicas default to 1 as in the API. */
    static ControlPlaneDeployment of(KubernetesObject deployment) {
        String revision = deployment.label("istio.io/rev");
        return new ControlPlaneDeployment(
                deployment.namespace(),
                deployment.name(),
                revision == null ? "default" : revision,
                deployment.spec().path("replicas").asInt(1),
                deployment.status().path("readyReplicas").asInt());
    }
}
