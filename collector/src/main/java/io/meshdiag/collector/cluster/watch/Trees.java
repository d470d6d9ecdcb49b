package io.meshdiag.collector.cluster.watch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;

/** Makes the tree that extractors read of what the client decoded, without what is large and never looked at. */
final class Trees {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final String apiVersion;
    private final String kind;
    private final boolean lastWriter;

    Trees(WatchedKind watched, ServedKind served) {
        this.apiVersion = watched.group().isEmpty() ? served.version() : watched.group() + "/" + served.version();
        this.kind = served.kind();
        // Only of webhook configurations it is told who wrote them last.
        this.lastWriter = watched.plural().endsWith("webhookconfigurations");
    }

    /** @throws IllegalArgumentException when it is no JSON object */
    KubernetesObject object(GenericKubernetesResource decoded) {
        if (!lastWriter) {
            decoded.getMetadata().setManagedFields(null);
        }
        if (decoded.getMetadata().getAnnotations() != null) {
            // It repeats what may be secret.
            decoded.getMetadata().getAnnotations().remove(LAST_APPLIED);
        }
        ObjectNode tree = JSON.valueToTree(decoded);
        // Items of a list do not say what they are, and metadata alone says that it is metadata.
        tree.put("apiVersion", apiVersion);
        tree.put("kind", kind);
        return new KubernetesObject(tree);
    }
}
