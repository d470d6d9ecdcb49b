package io.meshdiag.collector.extract.istiod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshdiag.schema.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What counts of a mesh config, from {@code /debug/mesh} (effective) or the key {@code mesh} of the ConfigMap istio (as written, without defaults).
 * Hashes of the two forms do not compare with each other.
 *
 * @param meshId null when not set; Istio then uses the trust domain
 * @param trustDomain null when not set; Istio then uses cluster.local
 * @param hash SHA-256 of the canonical JSON: keys sorted, no white space
 * @param clusterLocalHosts host patterns of serviceSettings with clusterLocal, sorted
 * @param discoverySelectors true when discovery is restricted to some namespaces
 */
public record MeshConfig(
        String meshId,
        String trustDomain,
        List<String> trustDomainAliases,
        String rootNamespace,
        String hash,
        List<String> clusterLocalHosts,
        boolean discoverySelectors) {

    private static final ObjectMapper CANONICAL =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    /** Reads a parsed mesh config, keys in either spelling. */
    public static MeshConfig of(JsonNode mesh) {
        List<String> local = new ArrayList<>();
        for (JsonNode setting : get(mesh, "serviceSettings", "service_settings")) {
            if (get(get(setting, "settings"), "clusterLocal", "cluster_local").asBoolean(false)) {
                local.addAll(texts(get(setting, "hosts")));
            }
        }
        return new MeshConfig(
                text(get(get(mesh, "defaultConfig", "default_config"), "meshId", "mesh_id")),
                text(get(mesh, "trustDomain", "trust_domain")),
                texts(get(mesh, "trustDomainAliases", "trust_domain_aliases")),
                text(get(mesh, "rootNamespace", "root_namespace")),
                canonicalHash(mesh),
                local.stream().sorted().distinct().toList(),
                !get(mesh, "discoverySelectors", "discovery_selectors").isEmpty());
    }

    private static String canonicalHash(JsonNode mesh) {
        try {
            Object sorted = CANONICAL.convertValue(mesh, Object.class);
            return Digests.sha256Hex(CANONICAL.writeValueAsString(sorted).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a parsed tree can be written", e);
        }
    }

    private static JsonNode get(JsonNode node, String... spellings) {
        for (String spelling : spellings) {
            JsonNode value = node.get(spelling);
            if (value != null && !value.isNull()) {
                return value;
            }
        }
        return MissingNode.getInstance();
    }

    private static String text(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() ? null : text;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts.stream().filter(text -> !text.isEmpty()).sorted().toList();
    }
}
