package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.schema.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * One object as the API server shows it. What is read through the accessors is cleaned for terminals and logs; names are cut at 253 characters,
 * Kubernetes' own limit.
 */
public record KubernetesObject(JsonNode json) {
    private static final int MAX_NAME = 253;

    public String kind() {
        return name(json.path("kind"));
    }

    /** API group; empty for the core group. */
    public String group() {
        String apiVersion = name(json.path("apiVersion"));
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** API version without the group. Example: "v1beta1". */
    public String version() {
        String apiVersion = name(json.path("apiVersion"));
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** Empty for cluster-scoped objects. */
    public String namespace() {
        return name(json.path("metadata").path("namespace"));
    }

    public String name() {
        return name(json.path("metadata").path("name"));
    }

    public String uid() {
        return name(json.path("metadata").path("uid"));
    }

    public JsonNode spec() {
        return json.path("spec");
    }

    public JsonNode status() {
        return json.path("status");
    }

    /** A label's value; null when the label is absent. */
    public String label(String key) {
        return textOrNull(json.path("metadata").path("labels").path(key));
    }

    /** An annotation's value; null when the annotation is absent. */
    public String annotation(String key) {
        JsonNode value = json.path("metadata").path("annotations").path(key);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }

    public Instant created() {
        return time(json.path("metadata").path("creationTimestamp"));
    }

    /** True when the object is being deleted. */
    public boolean terminating() {
        return json.path("metadata").hasNonNull("deletionTimestamp");
    }

    /** A condition of status.conditions. */
    public Optional<JsonNode> condition(String type) {
        for (JsonNode condition : status().path("conditions")) {
            if (type.equals(condition.path("type").asText())) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }

    /** Status of a condition as a boolean; null when the condition is absent or Unknown. */
    public Boolean conditionTrue(String type) {
        return condition(type)
                .map(c -> c.path("status").asText())
                .filter(s -> !s.equalsIgnoreCase("Unknown"))
                .map(s -> s.equalsIgnoreCase("True"))
                .orElse(null);
    }

    /** A name, cleaned and bounded; empty when absent. */
    static String name(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? Printable.shorten(node.asText(), MAX_NAME) : "";
    }

    /** A name, cleaned and bounded; null when absent or empty. */
    static String textOrNull(JsonNode node) {
        String text = name(node);
        return text.isEmpty() ? null : text;
    }

    /** An RFC 3339 time; null when absent or not a time. */
    static Instant time(JsonNode node) {
        return node.isTextual() ? time(node.asText()) : null;
    }

    /** An RFC 3339 time; null when it is none. */
    static Instant time(String text) {
        if (text == null || text.length() > 64) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
