package io.meshdiag.simulator.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of object and where the API server has it.
 *
 * @param stage objects of a lower stage must be there first
 */
record ResourceKind(String apiVersion, String kind, String plural, boolean namespaced, int stage) {
    /** Since API servers of 1.20 do not know it, it may be a custom resource there. */
    static final String ENDPOINT_SLICE = "EndpointSlice";

    /** In the order in which they are made; they go in the opposite one. */
    static final List<ResourceKind> ALL = all();

    private static List<ResourceKind> all() {
        List<ResourceKind> kinds = new ArrayList<>(List.of(
                new ResourceKind(
                        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false, 0),
                new ResourceKind("v1", "Node", "nodes", false, 0),
                new ResourceKind("v1", "Namespace", "namespaces", false, 0),
                new ResourceKind("v1", "ServiceAccount", "serviceaccounts", true, 1),
                new ResourceKind("v1", "Secret", "secrets", true, 1),
                new ResourceKind("v1", "ConfigMap", "configmaps", true, 1),
                new ResourceKind("v1", "Service", "services", true, 2),
                new ResourceKind("v1", "Endpoints", "endpoints", true, 2),
                new ResourceKind("discovery.k8s.io/v1", ENDPOINT_SLICE, "endpointslices", true, 2),
                new ResourceKind("v1", "Pod", "pods", true, 2)));
        IstioDefinition.ALL.forEach(definition -> kinds.addAll(definition.kinds(3)));
        // Its controller adopts pods only when they are there; webhooks would refuse what is made after them.
        kinds.add(new ResourceKind("apps/v1", "DaemonSet", "daemonsets", true, 4));
        kinds.add(webhook("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"));
        kinds.add(webhook("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"));
        kinds.add(new ResourceKind("v1", "Event", "events", true, 5));
        return List.copyOf(kinds);
    }

    private static ResourceKind webhook(String kind, String plural) {
        return new ResourceKind("admissionregistration.k8s.io/v1", kind, plural, false, 4);
    }

    /** Of an object; kinds that are not served are absent. */
    static Stream<ResourceKind> of(Object apiVersion, Object kind) {
        return ALL.stream().filter(each -> each.apiVersion.equals(apiVersion) && each.kind.equals(kind));
    }

    boolean is(String name) {
        return kind.equals(name);
    }

    /** Path of the collection in one namespace, or in all when it is empty. */
    String path(String namespace) {
        String group = apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
        return group + (namespace.isEmpty() ? "/" : "/namespaces/" + namespace + "/") + plural;
    }
}
