package io.meshdiag.collector.cluster.envoy;

/** Config dumps as Envoy and istiod print them, small. */
final class Dumps {
    private static final String ENVOY = """
            {"configs":[
             {"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{"node":{"id":"sidecar~10.0.0.1~%s~d",
               "metadata":{"CLUSTER_ID":"east"}}}},
             {"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","version_info":"v46","dynamic_active_clusters":[%s]},
             {"@type":"type.googleapis.com/envoy.admin.v3.EndpointsConfigDump","dynamic_endpoint_configs":[%s]},
             {"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump"},
             {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump"}]}""";

    private static final String ISTIOD = """
            {"configs":[
             {"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump"},
             {"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","versionInfo":"v47","dynamicActiveClusters":[%s]},
             {"@type":"type.googleapis.com/envoy.admin.v3.EndpointsConfigDump","dynamicEndpointConfigs":[%s]},
             {"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","versionInfo":"v47"},
             {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump"}]}""";

    private Dumps() {}

    /** @param node name.namespace */
    static String envoy(String node, String clusters, String endpoints) {
        return ENVOY.formatted(node, clusters, endpoints);
    }

    static String istiod(String clusters, String endpoints) {
        return ISTIOD.formatted(clusters, endpoints);
    }

    static String envoyCluster(String name, String timeout) {
        return """
                {"version_info":"v46","last_updated":"2026-08-22T14:00:00Z","cluster":{
                  "@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","type":"EDS","name":"%1$s",
                  "eds_cluster_config":{"service_name":"%1$s"},"connect_timeout":"%2$s"}}""".formatted(name, timeout);
    }

    /** The same with istiod's spelling and order. */
    static String istiodCluster(String name, String timeout) {
        return """
                {"cluster":{"connectTimeout":"%2$s","edsClusterConfig":{"serviceName":"%1$s"},
                  "name":"%1$s","type":"EDS","@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster"}}""".formatted(name, timeout);
    }
}
