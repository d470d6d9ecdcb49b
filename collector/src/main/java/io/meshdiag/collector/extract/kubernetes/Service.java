package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.fact.ServicePortInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What facts need of a Service.
 *
 * @param network label topology.istio.io/network: the Service is a gateway into that network
 * @param addresses load balancer's addresses, and external IPs
 * @param nodePortGateway true when istiod would use the addresses of nodes (annotation traffic.istio.io/nodeSelector)
 */
public record Service(
        String namespace,
        String name,
        String type,
        boolean headless,
        boolean selector,
        List<ServicePortInfo> ports,
        List<String> exportTo,
        Boolean global,
        String network,
        List<String> addresses,
        boolean nodePortGateway) {
    private static final int MAX_PORTS = 500;

    /** Reduces a Service. */
    public static Service of(KubernetesObject service) {
        JsonNode spec = service.spec();
        String type = KubernetesObject.name(spec.path("type"));
        String global = service.label("istio.io/global");
        return new Service(
                service.namespace(),
                service.name(),
                type.isEmpty() ? "ClusterIP" : type,
                "None".equals(spec.path("clusterIP").asText()),
                !spec.path("selector").isEmpty(),
                ports(spec),
                exportTo(service.annotation("networking.istio.io/exportTo")),
                global == null ? null : Boolean.valueOf(global),
                service.label("topology.istio.io/network"),
                addresses(service),
                service.annotation("traffic.istio.io/nodeSelector") != null);
    }

    /** Key of the Service in an inventory. */
    public String key() {
        return namespace + "/" + name;
    }

    private static List<ServicePortInfo> ports(JsonNode spec) {
        List<ServicePortInfo> ports = new ArrayList<>();
        for (JsonNode port : spec.path("ports")) {
            String protocol = KubernetesObject.name(port.path("protocol"));
            if (ports.size() < MAX_PORTS) {
                ports.add(ServicePortInfo.newBuilder()
                        .setName(KubernetesObject.name(port.path("name")))
                        .setPort(port.path("port").asInt())
                        .setProtocol(protocol.isEmpty() ? "TCP" : protocol)
                        .setAppProtocol(KubernetesObject.textOrNull(port.path("appProtocol")))
                        .build());
            }
        }
        ports.sort(Comparator.comparingInt(ServicePortInfo::getPort).thenComparing(ServicePortInfo::getProtocol));
        return List.copyOf(ports);
    }

    private static List<String> exportTo(String annotation) {
        return annotation == null
                ? List.of()
                : Arrays.stream(annotation.split(","))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .limit(50)
                        .map(s -> io.meshdiag.schema.Printable.shorten(s, 63))
                        .toList();
    }

    private static List<String> addresses(KubernetesObject service) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode ingress : service.status().path("loadBalancer").path("ingress")) {
            String ip = KubernetesObject.name(ingress.path("ip"));
            addresses.add(ip.isEmpty() ? KubernetesObject.name(ingress.path("hostname")) : ip);
        }
        service.spec().path("externalIPs").forEach(ip -> addresses.add(KubernetesObject.name(ip)));
        return addresses.stream()
                .filter(a -> !a.isEmpty())
                .distinct()
                .sorted()
                .limit(20)
                .toList();
    }
}
