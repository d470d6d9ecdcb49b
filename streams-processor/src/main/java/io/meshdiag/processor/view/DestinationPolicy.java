package io.meshdiag.processor.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.fact.IstioResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What rules ask of a DestinationRule.
 *
 * @param host as it stands there
 * @param failsOverBlindly some policy of it says where to fail over to, without outlier detection that would notice that it has to
 */
public record DestinationPolicy(String host, boolean failsOverBlindly) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty when its spec is not known whole: long ones are cut off. */
    public static Optional<DestinationPolicy> of(IstioResource rule) {
        if (rule.getCanonicalSpec() == null) {
            return Optional.empty();
        }
        try {
            JsonNode spec = JSON.readTree(rule.getCanonicalSpec());
            return Optional.of(new DestinationPolicy(spec.path("host").asText(), failsOverBlindly(spec)));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean failsOverBlindly(JsonNode spec) {
        List<JsonNode> policies = new ArrayList<>();
        policies.add(spec.path("trafficPolicy"));
        spec.path("subsets").forEach(subset -> policies.add(subset.path("trafficPolicy")));
        List<JsonNode> ports = new ArrayList<>();
        policies.forEach(policy -> policy.path("portLevelSettings").forEach(ports::add));
        boolean inherited = spec.path("trafficPolicy").has("outlierDetection");
        return Stream.concat(policies.stream(), ports.stream())
                .filter(DestinationPolicy::failsOver)
                // A subset inherits what it does not set itself, a port does not.
                .anyMatch(policy -> !policy.has("outlierDetection") && (ports.contains(policy) || !inherited));
    }

    private static boolean failsOver(JsonNode policy) {
        JsonNode locality = policy.path("loadBalancer").path("localityLbSetting");
        return locality.path("enabled").asBoolean(true)
                && (!locality.path("failover").isEmpty()
                        || !locality.path("failoverPriority").isEmpty());
    }
}
