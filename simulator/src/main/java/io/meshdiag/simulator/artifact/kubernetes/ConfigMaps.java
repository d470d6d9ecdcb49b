package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Revisions;
import io.meshdiag.simulator.pki.Pem;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The mesh config of each revision, and the root that istiod copies into every namespace. */
final class ConfigMaps {
    private final Fleet fleet;
    private final Cluster cluster;
    private final Meta meta;

    ConfigMaps(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
    }

    Stream<Map<String, Object>> all() {
        Stream<Map<String, Object>> mesh = cluster.spec().revisions().stream().map(this::mesh);
        Stream<Map<String, Object>> roots =
                cluster.namespaces().keySet().stream().map(this::root);
        Stream<Map<String, Object>> api = cluster.namespaces().keySet().stream().map(this::apiRoot);
        return Stream.of(mesh, roots, api).flatMap(maps -> maps);
    }

    private Map<String, Object> mesh(String revision) {
        String yaml = """
                accessLogFile: /dev/stdout
                defaultConfig:
                  discoveryAddress: %s
                  meshId: %s
                defaultProviders:
                  metrics:
                  - prometheus
                enablePrometheusMerge: true
                rootNamespace: istio-system
                trustDomain: %s
                %s""".formatted(
                        Addresses.istiod(revision),
                        fleet.settings().mesh(),
                        cluster.trust().domain(),
                        aliases());
        return meta.object(
                "v1",
                "ConfigMap",
                "istio-system",
                Revisions.named("istio", revision),
                Map.of("istio.io/rev", revision),
                "data",
                Tree.of("mesh", yaml, "meshNetworks", "networks: {}\n"));
    }

    /** What Kubernetes itself copies into every namespace. */
    private Map<String, Object> apiRoot(String namespace) {
        return meta.object(
                "v1",
                "ConfigMap",
                namespace,
                "kube-root-ca.crt",
                Map.of(),
                "data",
                Tree.of("ca.crt", Pem.of(fleet.apiAuthority(cluster.name()).root())));
    }

    private String aliases() {
        List<String> aliases = cluster.trust().aliases();
        return aliases.isEmpty()
                ? ""
                : "trustDomainAliases:\n"
                        + aliases.stream().map(a -> "- " + a + "\n").collect(Collectors.joining());
    }

    private Map<String, Object> root(String namespace) {
        return meta.object(
                "v1",
                "ConfigMap",
                namespace,
                "istio-ca-root-cert",
                Map.of("istio.io/config", "true"),
                "data",
                Tree.of("root-cert.pem", Pem.of(cluster.trust().bundleOf(namespace))));
    }
}
