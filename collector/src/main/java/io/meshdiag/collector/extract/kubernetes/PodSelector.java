package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A ServiceEntry whose endpoints are the workloads that its labels select.
 *
 * @param labels sorted; never empty
 */
record PodSelector(String namespace, String name, List<String> hosts, Map<String, String> labels) {
    /** Null for ServiceEntries that name their endpoints themselves. */
    static PodSelector of(KubernetesObject object) {
        JsonNode labels = object.spec().path("workloadSelector").path("labels");
        if (!object.group().equals("networking.istio.io") || labels.isEmpty()) {
            return null;
        }
        Map<String, String> wanted = new TreeMap<>();
        labels.properties()
                .forEach(label -> wanted.put(label.getKey(), label.getValue().asText()));
        List<String> hosts = StreamSupport.stream(object.spec().path("hosts").spliterator(), false)
                .map(JsonNode::asText)
                .distinct()
                .toList();
        return new PodSelector(object.namespace(), object.name(), hosts, wanted);
    }

    /** Selects in its own namespace, as istiod does. */
    boolean selects(Pod pod) {
        return pod.namespace().equals(namespace) && pod.labels().entrySet().containsAll(labels.entrySet());
    }

    /** As kubectl takes it. */
    String text() {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }
}
