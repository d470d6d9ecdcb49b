package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.artifact.kubernetes.ClusterObjects;
import io.meshdiag.simulator.artifact.kubernetes.EventObjects;
import io.meshdiag.simulator.artifact.kubernetes.FullSecrets;
import io.meshdiag.simulator.artifact.kubernetes.NamespacedObjects;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The objects of an archive, made fit for an API server with controllers and without kubelets.
 *
 * <ul>
 *   <li>What the server assigns (uid, versions, ClusterIPs) is left to it.
 *   <li>Services have no selector: the controller of Endpoints refuses addresses on loopback.
 *   <li>Deployments and ReplicaSets are left out, as their controller would make pods. The pods name their ReplicaSet in a
 *       version that no server has any more, so that the garbage collector cannot look for it and leaves them alone.
 *   <li>Webhooks pass over what the simulator makes: nobody answers them.
 * </ul>
 */
final class ServedObjects {
    private static final List<String> ASSIGNED = List.of("uid", "resourceVersion", "creationTimestamp", "generation");

    private final Fleet fleet;
    private final Cluster cluster;
    private final int kubeletPort;

    ServedObjects(Fleet fleet, Cluster cluster, int kubeletPort) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.kubeletPort = kubeletPort;
    }

    Map<ApiObject.Key, ApiObject> all() {
        NamespacedObjects namespaced = new NamespacedObjects(fleet, cluster);
        Map<ApiObject.Key, ApiObject> objects = new LinkedHashMap<>();
        Stream.of(
                        new ClusterObjects(fleet, cluster)
                                .all()
                                .items()
                                .get()
                                .filter(each -> !is(each, "CustomResourceDefinition")),
                        IstioDefinition.ALL.stream().map(IstioDefinition::object),
                        namespaced.all().items().get().filter(each -> !ofTheServer(each)),
                        namespaced.customResources().items().get(),
                        new FullSecrets(fleet, cluster).list().items().get(),
                        accounts(),
                        webhookEndpoints(),
                        new EventObjects(fleet, cluster).all())
                .flatMap(stream -> stream)
                .flatMap(this::served)
                .forEach(object -> objects.put(object.key(), object));
        return objects;
    }

    /** What the API server's own controllers write. */
    private static boolean ofTheServer(Map<String, Object> object) {
        return is(object, "ConfigMap")
                && object.get("metadata") instanceof Map<?, ?> metadata
                && "kube-root-ca.crt".equals(metadata.get("name"));
    }

    private static boolean is(Map<String, Object> object, String kind) {
        return kind.equals(object.get("kind"));
    }

    private Stream<ApiObject> served(Map<String, Object> object) {
        return ResourceKind.of(object.get("apiVersion"), object.get("kind")).map(kind -> {
            Map<String, Object> body = new LinkedHashMap<>(object);
            Map<String, Object> metadata = copy(body, "metadata");
            metadata.keySet().removeAll(ASSIGNED);
            Map<String, Object> labels = new TreeMap<>(map(metadata.getOrDefault("labels", Map.of())));
            labels.put(ApiServer.OWN, "true");
            metadata.put("labels", labels);
            Map<String, Object> status = map(body.getOrDefault("status", Map.of()));
            body.remove("status");
            switch (kind.kind()) {
                case "Node" -> status = node(status);
                case "Namespace" -> status = Map.of();
                case "Pod" -> pod(body, metadata);
                case "Service" -> service(body);
                case "DaemonSet" -> {
                    agents(body);
                    status = Map.of();
                }
                case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration" -> webhooks(body);
                default -> {}
            }
            return new ApiObject(
                    kind, (String) metadata.getOrDefault("namespace", ""), (String) metadata.get("name"), body, status);
        });
    }

    /** The API server asks the kubelet at the first address that it likes; a host name would not resolve. */
    private Map<String, Object> node(Map<String, Object> status) {
        Map<String, Object> served = new LinkedHashMap<>(status);
        served.put("addresses", list(status.get("addresses")).subList(0, 1));
        served.put("daemonEndpoints", Tree.of("kubeletEndpoint", Tree.of("Port", kubeletPort)));
        return served;
    }

    private static void pod(Map<String, Object> body, Map<String, Object> metadata) {
        Map<String, Object> owner =
                new LinkedHashMap<>(map(list(metadata.get("ownerReferences")).get(0)));
        if ("DaemonSet".equals(owner.get("kind"))) {
            // Its controller adopts the pod.
            metadata.remove("ownerReferences");
        } else {
            owner.put("apiVersion", "extensions/v1beta1");
            owner.put("blockOwnerDeletion", false);
            metadata.put("ownerReferences", List.of(owner));
        }
        copy(body, "spec").put("automountServiceAccountToken", false);
    }

    private static void service(Map<String, Object> body) {
        Map<String, Object> spec = copy(body, "spec");
        spec.keySet().removeAll(List.of("selector", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));
        if (!"None".equals(spec.get("clusterIP"))) {
            spec.remove("clusterIP");
        }
    }

    /**
     * The pods have no revision of a template, which any other strategy would take for outdated. As Istio's own, they are on
     * every node, whatever its taints: nobody takes away the one of new nodes here.
     */
    private void agents(Map<String, Object> body) {
        Map<String, String> labels = Map.of("k8s-app", "istio-cni-node");
        Map<String, String> made = Map.of("k8s-app", "istio-cni-node", ApiServer.OWN, "true");
        String image = "docker.io/istio/install-cni:" + fleet.settings().istioVersion();
        body.put(
                "spec",
                Tree.of(
                        "selector", Tree.of("matchLabels", labels),
                        "updateStrategy", Tree.of("type", "OnDelete"),
                        "template",
                                Tree.of(
                                        "metadata", Tree.of("labels", made),
                                        "spec",
                                                Tree.of(
                                                        "automountServiceAccountToken",
                                                        false,
                                                        "containers",
                                                        List.of(Tree.of("name", "install-cni", "image", image)),
                                                        "serviceAccountName",
                                                        "istio-cni",
                                                        "tolerations",
                                                        List.of(Tree.of("operator", "Exists"))))));
    }

    private static void webhooks(Map<String, Object> body) {
        List<Object> exempting = new ArrayList<>();
        for (Object each : list(body.get("webhooks"))) {
            Map<String, Object> webhook = new LinkedHashMap<>(map(each));
            Map<String, Object> selector = copy(webhook, "objectSelector");
            List<Object> expressions = new ArrayList<>(list(selector.getOrDefault("matchExpressions", List.of())));
            expressions.add(Tree.of("key", ApiServer.OWN, "operator", "DoesNotExist"));
            selector.put("matchExpressions", expressions);
            exempting.add(webhook);
        }
        body.put("webhooks", exempting);
    }

    /** The server admits no pod whose account is not there. */
    private Stream<Map<String, Object>> accounts() {
        return cluster.pods()
                .map(pod -> object("ServiceAccount", pod.namespace(), pod.serviceAccount()))
                .distinct();
    }

    /** Where the API server looks for a webhook's server: it is to find that there is none, not that nobody knows. */
    private Stream<Map<String, Object>> webhookEndpoints() {
        return cluster.pods(Pod.Role.ISTIOD).stream()
                .map(pod -> object("Endpoints", pod.namespace(), pod.app()))
                .distinct();
    }

    private static Map<String, Object> object(String kind, String namespace, String name) {
        return Tree.of("apiVersion", "v1", "kind", kind, "metadata", Tree.of("name", name, "namespace", namespace));
    }

    private static Map<String, Object> copy(Map<String, Object> within, String field) {
        Map<String, Object> copy = new LinkedHashMap<>(map(within.getOrDefault(field, Map.of())));
        within.put(field, copy);
        return copy;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object tree) {
        return (List<Object>) tree;
    }
}
