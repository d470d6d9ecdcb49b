package io.meshdiag.collector.extract.kubernetes;

import java.util.Set;

/** Whether labels ask for a sidecar (Istio 1.10 and later; pkg/kube/inject and the injector's webhook selectors). */
final class Injection {
    private static final Set<String> NEVER =
            Set.of("kube-system", "kube-public", "kube-node-lease", "local-path-storage");

    private Injection() {}

    /**
     * True when a newly made pod of these labels would be sent to an injector. {@code enableNamespacesByDefault} is not considered: it is a
     * setting of the webhook, not of labels.
     *
     * @param namespace null when it was not seen
     */
    static boolean wanted(Pod pod, Namespace namespace) {
        if (pod.hostNetwork() || NEVER.contains(pod.namespace()) || "false".equals(pod.injectLabel())) {
            return false;
        }
        if (namespace != null && namespace.injection() != null) {
            return namespace.injection().equals("enabled");
        }
        if (namespace != null && namespace.revision() != null) {
            return true;
        }
        return "true".equals(pod.injectLabel()) || (pod.podRevision() != null && !isControlPlane(pod));
    }

    /** istiod's own pods carry istio.io/rev too, and inject: false since long, but not in every chart. */
    private static boolean isControlPlane(Pod pod) {
        return "istiod".equals(pod.app()) || pod.agent() || "ztunnel".equals(pod.app());
    }
}
