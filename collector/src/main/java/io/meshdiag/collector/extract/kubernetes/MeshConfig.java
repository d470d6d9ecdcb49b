package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What facts need of Istio's mesh config: of {@code /debug/mesh} (effective), or of key mesh of ConfigMap istio (as written). Both spellings
 * of the keys are read.
 */
public record MeshConfig(
        String meshId,
        String trustDomain,
        List<String> trustDomainAliases,
        String rootNamespace,
        String hash,
        List<String> clusterLocalHosts,
        boolean discoverySelectors,
        boolean effective) {
    private static final int MAX_LIST = 200;

    /**
     * Reduces a mesh config.
     *
     * @param effective true for what istiod runs with, false for what is written in the ConfigMap
     */
    public static MeshConfig of(JsonNode config, boolean effective) {
        List<String> local = new ArrayList<>();
        for (JsonNode setting : either(config, "serviceSettings", "service_settings")) {
            JsonNode flag = either(setting.path("settings"), "clusterLocal", "cluster_local");
            if (flag.asBoolean()) {
                local.addAll(names(setting.path("hosts")));
            }
        }
        return new MeshConfig(
                KubernetesObject.textOrNull(
                        either(either(config, "defaultConfig", "default_config"), "meshId", "mesh_id")),
                KubernetesObject.textOrNull(either(config, "trustDomain", "trust_domain")),
                names(either(config, "trustDomainAliases", "trust_domain_aliases")),
                KubernetesObject.textOrNull(either(config, "rootNamespace", "root_namespace")),
                CanonicalJson.sha256(config),
                local.stream().distinct().sorted().limit(MAX_LIST).toList(),
                !either(config, "discoverySelectors", "discovery_selectors").isEmpty(),
                effective);
    }

    private static JsonNode either(JsonNode node, String camel, String snake) {
        return node.has(camel) ? node.path(camel) : node.path(snake);
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            if (names.size() < MAX_LIST) {
                names.add(KubernetesObject.name(name));
            }
        }
        return List.copyOf(names);
    }
}
