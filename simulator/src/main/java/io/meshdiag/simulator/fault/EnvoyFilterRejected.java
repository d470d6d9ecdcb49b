package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.CustomResource;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Rejection;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An EnvoyFilter adds an HTTP filter that this Envoy does not have: the proxies refuse their listeners (NACK) and keep the
 * old ones.
 *
 * @param share of the namespace's sidecars that were pushed to, above 0 up to 1
 */
record EnvoyFilterRejected(String cluster, String namespace, String name, double share, Instant at)
        implements SidecarFault {
    private static final String FILTER = "envoy.filters.http.header_rewriter";
    private static final String LISTENER = "virtualInbound";
    private static final String DETAILS = "Didn't find a registered implementation for '" + FILTER
            + "' with type URL: 'envoy.extensions.filters.http.header_rewriter.v3.HeaderRewriter'";

    static Fault read(Fields fields, Instant since) {
        return new EnvoyFilterRejected(
                fields.text("cluster"),
                fields.text("namespace"),
                fields.text("name"),
                fields.share("share", 1),
                fields.time("at", since));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        hit.customResources()
                .add(new CustomResource(
                        "networking.istio.io/v1alpha3",
                        "EnvoyFilter",
                        namespace,
                        name,
                        Map.of(),
                        at.minusSeconds(1),
                        spec(),
                        Map.of()));
        Sidecars.of(hit, namespace, share)
                .forEach(proxy -> hit.rejections().put(proxy.id(), new Rejection(LISTENER, DETAILS, at)));
    }

    private static Map<String, Object> spec() {
        Map<String, Object> filter = Map.of(
                "name",
                FILTER,
                "typed_config",
                Map.of(
                        "@type",
                        "type.googleapis.com/udpa.type.v1.TypedStruct",
                        "type_url",
                        "envoy.extensions.filters.http.header_rewriter.v3.HeaderRewriter"));
        Map<String, Object> match = Map.of(
                "context",
                "SIDECAR_INBOUND",
                "listener",
                Map.of(
                        "filterChain",
                        Map.of("filter", Map.of("name", "envoy.filters.network.http_connection_manager"))));
        Map<String, Object> patch = Map.of("operation", "INSERT_BEFORE", "value", filter);
        return Map.of("configPatches", List.of(Map.of("applyTo", "HTTP_FILTER", "match", match, "patch", patch)));
    }
}
