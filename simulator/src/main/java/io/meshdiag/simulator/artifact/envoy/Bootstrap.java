package io.meshdiag.simulator.artifact.envoy;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.artifact.kubernetes.Addresses;
import io.meshdiag.simulator.fleet.Proxy;
import java.util.List;
import java.util.Map;

/** The bootstrap of an Envoy, whose node says who it is. */
final class Bootstrap {
    private Bootstrap() {}

    static Map<String, Object> section(ProxyView view) {
        return Tree.of(
                "@type",
                "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
                "bootstrap",
                Tree.of(
                        "node",
                        node(view),
                        "static_resources",
                        Tree.of(
                                "listeners",
                                List.of(),
                                "clusters",
                                List.of(
                                        Tree.of("name", "prometheus_stats", "type", "STATIC"),
                                        Tree.of("name", "agent", "type", "STATIC"),
                                        Tree.of("name", "sds-grpc", "type", "STATIC"),
                                        Tree.of("name", "xds-grpc", "type", "STATIC"))),
                        "dynamic_resources",
                        Tree.of(
                                "lds_config",
                                Tree.of("ads", Tree.of(), "resource_api_version", "V3"),
                                "cds_config",
                                Tree.of("ads", Tree.of(), "resource_api_version", "V3"),
                                "ads_config",
                                Tree.of(
                                        "api_type",
                                        view.cluster().minor() >= 22 ? "DELTA_GRPC" : "GRPC",
                                        "transport_api_version",
                                        "V3",
                                        "grpc_services",
                                        List.of(Tree.of("envoy_grpc", Tree.of("cluster_name", "xds-grpc"))))),
                        "admin",
                        Tree.of("address", EnvoyAddress.socket("127.0.0.1", 15000))),
                "last_updated",
                view.fleet().settings().time().minusSeconds(73 * 3600L).toString());
    }

    /** The same in /server_info. */
    static Map<String, Object> node(ProxyView view) {
        Proxy proxy = view.proxy();
        String workload = proxy.pod() == null ? proxy.app() : proxy.pod().workload();
        Map<String, Object> metadata = Tree.of(
                "NAME",
                proxy.name(),
                "NAMESPACE",
                proxy.namespace(),
                "WORKLOAD_NAME",
                workload,
                "OWNER",
                "kubernetes://apis/apps/v1/namespaces/" + proxy.namespace() + "/deployments/" + workload,
                "SERVICE_ACCOUNT",
                proxy.serviceAccount(),
                "CLUSTER_ID",
                view.cluster().id(),
                "NETWORK",
                view.cluster().network(),
                "MESH_ID",
                view.fleet().settings().mesh(),
                "ISTIO_VERSION",
                view.cluster().istioVersion(),
                "ISTIO_REVISION",
                proxy.revision(),
                "PILOT_SAN",
                List.of(Addresses.istiod(proxy.revision()).replace(":15012", "")),
                "INSTANCE_IPS",
                proxy.ip(),
                "INTERCEPTION_MODE",
                "REDIRECT",
                "NODE_NAME",
                proxy.pod() == null ? null : proxy.pod().node().name(),
                "APP_CONTAINERS",
                proxy.isGateway() ? null : proxy.app(),
                "ENVOY_PROMETHEUS_PORT",
                15090,
                "ENVOY_STATUS_PORT",
                15021,
                "REQUESTED_NETWORK_VIEW",
                proxy.isGateway() ? view.cluster().network() : null,
                "LABELS",
                Tree.of(
                        "app", proxy.app(),
                        "istio.io/rev", proxy.revision(),
                        "service.istio.io/canonical-name", proxy.app(),
                        "service.istio.io/canonical-revision", "latest",
                        "topology.istio.io/network", view.cluster().network()),
                "PROXY_CONFIG",
                Tree.of(
                        "discoveryAddress",
                        Addresses.istiod(proxy.revision()),
                        "meshId",
                        view.fleet().settings().mesh(),
                        "statusPort",
                        15020,
                        "terminationDrainDuration",
                        "5s"));
        return Tree.of(
                "id",
                proxy.nodeId(),
                "cluster",
                proxy.app() + "." + proxy.namespace(),
                "metadata",
                metadata,
                "locality",
                Tree.of(),
                "user_agent_name",
                "envoy",
                "user_agent_build_version",
                Tree.of("version", Tree.of("major_number", 1, "minor_number", 36, "patch", 3)));
    }
}
