package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A Kubernetes event, from an object or from kubectl's table.
 *
 * @param objectKind as the object says ("ReplicaSet"), or in lower case as the table says ("replicaset")
 * @param component reporting component; empty when the table does not show it
 * @param node host of the reporter; empty when unknown
 */
record Event(
        String namespace,
        String reason,
        String objectKind,
        String objectName,
        String component,
        String node,
        String message,
        long count,
        Instant first,
        Instant last) {
    private static final int MAX_MESSAGE = 16_000;

    /** Reads an Event of v1 or of events.k8s.io/v1; times that are not set are the fallback. */
    static Event of(KubernetesObject event, Instant fallback) {
        JsonNode json = event.json();
        JsonNode about = json.path(json.has("regarding") ? "regarding" : "involvedObject");
        JsonNode source = json.path(json.has("deprecatedSource") ? "deprecatedSource" : "source");
        String message = json.path(json.has("note") ? "note" : "message").asText();
        String reporter = KubernetesObject.name(source.path("component"));
        String host = KubernetesObject.name(source.path("host"));
        Instant last = firstSet(
                KubernetesObject.time(json.path("series").path("lastObservedTime")),
                KubernetesObject.time(json.path("lastTimestamp")),
                KubernetesObject.time(json.path("deprecatedLastTimestamp")),
                KubernetesObject.time(json.path("eventTime")),
                event.created(),
                fallback);
        Instant first = firstSet(
                KubernetesObject.time(json.path("firstTimestamp")),
                KubernetesObject.time(json.path("deprecatedFirstTimestamp")),
                KubernetesObject.time(json.path("eventTime")),
                last);
        return new Event(
                KubernetesObject.name(about.path("namespace")),
                KubernetesObject.name(json.path("reason")),
                KubernetesObject.name(about.path("kind")),
                KubernetesObject.name(about.path("name")),
                reporter.isEmpty() ? KubernetesObject.name(json.path("reportingComponent")) : reporter,
                host,
                message.substring(0, Math.min(message.length(), MAX_MESSAGE)),
                Math.max(
                        1,
                        json.path("series")
                                .path("count")
                                .asLong(json.path("count").asLong(1))),
                first,
                last);
    }

    private static Instant firstSet(Instant... times) {
        for (Instant time : times) {
            if (time != null) {
                return time;
            }
        }
        throw new IllegalArgumentException("the fallback time must be set");
    }
}
