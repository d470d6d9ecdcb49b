package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.collector.extract.istiod.MeshConfig;

/** The mesh config as written in a ConfigMap istio (or istio-revision), key mesh: without Istio's defaults. */
public final class WrittenMeshConfig {
    private static final YAMLMapper YAML = new YAMLMapper();

    private WrittenMeshConfig() {}

    /** Null when the ConfigMap holds none that can be read. */
    public static MeshConfig of(KubernetesObject map) {
        JsonNode mesh = map.json().path("data").path("mesh");
        if (!mesh.isTextual()) {
            return null;
        }
        try {
            JsonNode config = YAML.readTree(mesh.asText());
            return config != null && config.isObject() ? MeshConfig.of(config) : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
