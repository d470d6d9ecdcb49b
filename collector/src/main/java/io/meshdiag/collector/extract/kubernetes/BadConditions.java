package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.ResourceCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Conditions that are not as they should be, of an object's status, of its listeners and of its parents. Only types that Istio or the Gateway API
 * write are judged: other controllers' conditions have meanings of their own.
 */
final class BadConditions {
    private static final Set<String> GOOD_WHEN_TRUE = Set.of(
            "Accepted",
            "Programmed",
            "ResolvedRefs",
            "Ready",
            "Reconciled",
            "PassedAnalysis",
            "WaypointAccepted",
            "ZtunnelAccepted",
            "istio.io/WaypointBound");
    private static final Set<String> GOOD_WHEN_FALSE = Set.of("Conflicted", "OverlappingTLSConfig", "PartiallyInvalid");
    private static final int MAX = 20;

    private BadConditions() {}

    static List<ResourceCondition> of(JsonNode status) {
        List<ResourceCondition> bad = new ArrayList<>();
        add(status.path("conditions"), bad);
        status.path("listeners").forEach(listener -> add(listener.path("conditions"), bad));
        status.path("parents").forEach(parent -> add(parent.path("conditions"), bad));
        return bad;
    }

    private static void add(JsonNode conditions, List<ResourceCondition> bad) {
        for (JsonNode condition : conditions) {
            if (isBad(condition) && bad.size() < MAX) {
                bad.add(ResourceCondition.newBuilder()
                        .setType(KubernetesObject.name(condition.path("type")))
                        .setStatus(KubernetesObject.name(condition.path("status")))
                        .setReason(KubernetesObject.name(condition.path("reason")))
                        .setMessage(Redactor.clean(condition.path("message").asText(), 500))
                        .build());
            }
        }
    }

    private static boolean isBad(JsonNode condition) {
        String type = condition.path("type").asText();
        String status = condition.path("status").asText();
        boolean notGood = status.equalsIgnoreCase("False")
                || condition.path("reason").asText().equals("PartiallyInvalid");
        return GOOD_WHEN_TRUE.contains(type)
                ? notGood
                : GOOD_WHEN_FALSE.contains(type) && status.equalsIgnoreCase("True");
    }
}
