package io.meshdiag.processor.design;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ServiceEndpoints;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * DestinationRules that make proxies prefer what is near. Envoy moves traffic between localities by priority only where outlier detection tells it
 * which endpoints are unhealthy (istio.io: Locality failover), so a rule without outlierDetection explains nothing.
 */
final class LocalityPreference {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LocalityPreference() {}

    static Stream<Reason> of(Side from, Side to) {
        if (from.ready() == 0) {
            return Stream.empty();
        }
        ServiceEndpoints service = from.service().orElseThrow();
        return from.destinationRules().stream().flatMap(rule -> of(from, to, service, rule).stream());
    }

    private static Optional<Reason> of(Side from, Side to, ServiceEndpoints service, IstioResource rule) {
        if (!rule.getKind().equals("DestinationRule") || rule.getCanonicalSpec() == null) {
            return Optional.empty();
        }
        String shownBy = "DestinationRule " + rule.getNamespace() + "/" + rule.getName() + " in " + from.cluster();
        JsonNode spec;
        try {
            spec = JSON.readTree(rule.getCanonicalSpec());
        } catch (JsonProcessingException e) {
            // Long specs are cut off: what it says is not known, and nothing is claimed of it.
            return Optional.empty();
        }
        if (!names(spec.path("host").asText(), rule.getNamespace(), service)
                || !prefersNear(spec.path("trafficPolicy"))) {
            return Optional.empty();
        }
        return Optional.of(new Reason(
                "Proxies in " + from.cluster() + " prefer near endpoints of the service and have " + from.ready()
                        + " ready in their own cluster" + where(from, to)
                        + ". Those farther away get requests only while outlier detection holds near ones for unhealthy.",
                shownBy + ": outlierDetection is set, and localityLbSetting is not disabled"));
    }

    private static String where(Side from, Side to) {
        List<String> own = from.profile().getRegions();
        List<String> others = to.profile().getRegions();
        return own.isEmpty() || others.isEmpty()
                ? ""
                : " (" + from.cluster() + " is in " + String.join(", ", own) + ", " + to.cluster() + " in "
                        + String.join(", ", others) + ")";
    }

    private static boolean prefersNear(JsonNode policy) {
        boolean detects = policy.has("outlierDetection");
        for (JsonNode port : policy.path("portLevelSettings")) {
            detects |= port.has("outlierDetection");
        }
        // On by default for the mesh: only an explicit false in the rule takes it away.
        return detects
                && policy.path("loadBalancer")
                        .path("localityLbSetting")
                        .path("enabled")
                        .asBoolean(true);
    }

    /** A short name means a Service in the rule's own namespace. */
    private static boolean names(String host, String namespace, ServiceEndpoints service) {
        String full = service.getName() + "." + service.getNamespace() + ".svc.cluster.local";
        if (host.startsWith("*")) {
            return full.endsWith(host.substring(1));
        }
        return host.equals(full)
                || host.equals(service.getName() + "." + service.getNamespace())
                || host.equals(service.getName() + "." + service.getNamespace() + ".svc")
                || (host.equals(service.getName()) && namespace.equals(service.getNamespace()));
    }
}
