package io.meshdiag.collector.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which kinds a cluster serves, and in which version: the API server's own lists. */
final class Discovery {
    private static final JsonMapper JSON = new JsonMapper();

    private final KubernetesClient client;

    Discovery(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The kinds of a group by their plural, each in the group's preferred version where that serves it, else in the first one that does.
     *
     * @param group empty for the core group
     * @return empty when the cluster does not know the group
     * @throws KubernetesClientException when the API server does not say
     */
    Map<String, ServedKind> served(String group) {
        if (group.isEmpty()) {
            return resources("/api/v1", "v1");
        }
        JsonNode versions = get("/apis/" + group);
        Set<String> order = new LinkedHashSet<>();
        order.add(versions.path("preferredVersion").path("version").asText());
        versions.path("versions").forEach(v -> order.add(v.path("version").asText()));
        Map<String, ServedKind> served = new HashMap<>();
        for (String version : order) {
            if (!version.isEmpty()) {
                resources("/apis/" + group + "/" + version, version).forEach(served::putIfAbsent);
            }
        }
        return served;
    }

    private Map<String, ServedKind> resources(String path, String version) {
        Map<String, ServedKind> served = new HashMap<>();
        for (JsonNode resource : get(path).path("resources")) {
            served.put(
                    resource.path("name").asText(),
                    new ServedKind(
                            version,
                            resource.path("kind").asText(),
                            resource.path("namespaced").asBoolean()));
        }
        return served;
    }

    /** The answer, missing for 404. */
    private JsonNode get(String path) {
        try {
            String answer = client.raw(path);
            return answer == null ? JSON.missingNode() : JSON.readTree(answer);
        } catch (IOException e) {
            // The text is not repeated: it is not what an API server says.
            throw new KubernetesClientException("the answer to " + path + " is not JSON");
        }
    }
}
