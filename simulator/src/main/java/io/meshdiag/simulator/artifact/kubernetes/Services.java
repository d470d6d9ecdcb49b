package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Port;
import io.meshdiag.simulator.fleet.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Services and their EndpointSlices. */
final class Services {
    /** The endpoint slice controller's own limit. */
    private static final int MOST_PER_SLICE = 100;

    private final Fleet fleet;
    private final Cluster cluster;
    private final Meta meta;

    Services(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
    }

    Stream<Map<String, Object>> services() {
        return cluster.services().values().stream().map(this::service);
    }

    private Map<String, Object> service(Service service) {
        List<Object> ports = new ArrayList<>();
        for (Port port : service.ports()) {
            ports.add(
                    Tree.of("name", port.name(), "port", port.port(), "protocol", "TCP", "targetPort", port.target()));
        }
        Map<String, Object> ingress = service.externalAddress()
                .map(ip -> Tree.of("ingress", List.of(Tree.of("ip", ip, "ipMode", "VIP"))))
                .orElseGet(Tree::of);
        Map<String, Object> object = meta.object(
                "v1",
                "Service",
                service.namespace(),
                service.name(),
                service.labels(),
                "spec",
                Tree.of(
                        "clusterIP", service.clusterIp(),
                        "clusterIPs", List.of(service.clusterIp()),
                        "ipFamilies", List.of("IPv4"),
                        "ipFamilyPolicy", "SingleStack",
                        "ports", ports,
                        "selector", selector(service),
                        "sessionAffinity", "None",
                        "type", service.type()),
                "status",
                Tree.of("loadBalancer", ingress));
        if (service.labels().size() == 1 && service.labels().containsKey("app")) {
            @SuppressWarnings("unchecked")
            Map<String, Object> metadata = (Map<String, Object>) object.get("metadata");
            metadata.put("annotations", Map.of("kubectl.kubernetes.io/last-applied-configuration", applied(service)));
        }
        return object;
    }

    private static Map<String, String> selector(Service service) {
        if (service.app().isEmpty()) {
            return null;
        }
        if (service.labels().containsKey("k8s-app")) {
            return Map.of("k8s-app", service.app());
        }
        return service.labels().containsKey("istio.io/rev")
                ? Map.of("app", "istiod", "istio.io/rev", service.labels().get("istio.io/rev"))
                : Map.of("app", service.app());
    }

    private static String applied(Service service) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"annotations\":{},\"name\":\""
                + service.name() + "\",\"namespace\":\"" + service.namespace()
                + "\"},\"spec\":{\"selector\":{\"app\":\""
                + service.app() + "\"}}}\n";
    }

    Stream<Map<String, Object>> endpointSlices() {
        return cluster.services().values().stream().flatMap(this::slices);
    }

    private Stream<Map<String, Object>> slices(Service service) {
        if (service.app().isEmpty()) {
            List<Object> server = List.of(Tree.of(
                    "addresses", List.of("192.168." + cluster.index() + ".2"), "conditions", Tree.of("ready", true)));
            return Stream.of(slice(service, service.name(), server));
        }
        List<Pod> pods = cluster.podsOf(service);
        int slices = Math.max(1, (pods.size() + MOST_PER_SLICE - 1) / MOST_PER_SLICE);
        return IntStream.range(0, slices).mapToObj(i -> {
            List<Pod> part = pods.subList(i * MOST_PER_SLICE, Math.min(pods.size(), (i + 1) * MOST_PER_SLICE));
            String name = service.name() + "-" + fleet.names().suffix(5, cluster.id(), service.hostname(), i);
            return slice(service, name, part.stream().map(this::endpoint).toList());
        });
    }

    private Map<String, Object> slice(Service service, String name, List<?> endpoints) {
        List<Object> ports = new ArrayList<>();
        for (Port port : service.ports()) {
            ports.add(Tree.of("name", port.name(), "port", port.target(), "protocol", "TCP"));
        }
        Map<String, String> labels = Map.of(
                "endpointslice.kubernetes.io/managed-by",
                "endpointslice-controller.k8s.io",
                "kubernetes.io/service-name",
                service.name());
        return meta.object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                service.namespace(),
                name,
                labels,
                "addressType",
                "IPv4",
                "endpoints",
                endpoints,
                "ports",
                ports);
    }

    private Map<String, Object> endpoint(Pod pod) {
        return Tree.of(
                "addresses",
                List.of(pod.ip()),
                "conditions",
                Tree.of("ready", true, "serving", true, "terminating", false),
                "nodeName",
                pod.node().name(),
                "targetRef",
                Tree.of("kind", "Pod", "name", pod.name(), "namespace", pod.namespace(), "uid", pod.uid()),
                "zone",
                pod.node().zone());
    }
}
