package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What facts need of a node. */
public record Node(
        String name,
        String region,
        String zone,
        List<String> podCidrs,
        String kubeletVersion,
        String osImage,
        Instant created,
        List<String> externalIps) {

    /** Reduces a node. */
    public static Node of(KubernetesObject node) {
        List<String> cidrs = new ArrayList<>();
        node.spec().path("podCIDRs").forEach(c -> cidrs.add(KubernetesObject.name(c)));
        if (cidrs.isEmpty() && node.spec().hasNonNull("podCIDR")) {
            cidrs.add(KubernetesObject.name(node.spec().path("podCIDR")));
        }
        List<String> external = new ArrayList<>();
        for (JsonNode address : node.status().path("addresses")) {
            if ("ExternalIP".equals(address.path("type").asText())) {
                external.add(KubernetesObject.name(address.path("address")));
            }
        }
        JsonNode info = node.status().path("nodeInfo");
        return new Node(
                node.name(),
                node.label("topology.kubernetes.io/region"),
                node.label("topology.kubernetes.io/zone"),
                List.copyOf(cidrs),
                KubernetesObject.textOrNull(info.path("kubeletVersion")),
                KubernetesObject.textOrNull(info.path("osImage")),
                node.created(),
                List.copyOf(external));
    }
}
