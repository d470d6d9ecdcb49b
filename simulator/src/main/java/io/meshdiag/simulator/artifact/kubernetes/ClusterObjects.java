package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Nodes, namespaces, CRDs and webhook configurations: the files k8s-cluster-resources and nodes. */
public final class ClusterObjects {
    private static final List<String> CRDS = List.of(
            "authorizationpolicies.security.istio.io",
            "destinationrules.networking.istio.io",
            "envoyfilters.networking.istio.io",
            "gateways.networking.istio.io",
            "peerauthentications.security.istio.io",
            "serviceentries.networking.istio.io",
            "sidecars.networking.istio.io",
            "telemetries.telemetry.istio.io",
            "virtualservices.networking.istio.io",
            "workloadentries.networking.istio.io",
            "workloadgroups.networking.istio.io");

    private final Cluster cluster;
    private final Meta meta;
    private final Webhooks webhooks;

    public ClusterObjects(Fleet fleet, Cluster cluster) {
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
        this.webhooks = new Webhooks(fleet, cluster);
    }

    public KubeList all() {
        return new KubeList(
                "cluster/k8s-cluster-resources", () -> Stream.of(nodeStream(), namespaces(), crds(), webhooks.all())
                        .flatMap(stream -> stream));
    }

    public KubeList nodes() {
        return new KubeList("cluster/nodes", this::nodeStream);
    }

    private Stream<Map<String, Object>> nodeStream() {
        return cluster.nodes().stream().map(this::node);
    }

    private Map<String, Object> node(Node node) {
        Map<String, String> labels = Map.of(
                "kubernetes.io/arch", "amd64",
                "kubernetes.io/hostname", node.name(),
                "kubernetes.io/os", "linux",
                "topology.kubernetes.io/region", node.region(),
                "topology.kubernetes.io/zone", node.zone());
        Map<String, Object> ready = Tree.of(
                "lastHeartbeatTime", meta.installed().toString(),
                "lastTransitionTime", meta.installed().toString(),
                "message", "kubelet is posting ready status",
                "reason", "KubeletReady",
                "status", "True",
                "type", "Ready");
        return meta.object(
                "v1",
                "Node",
                "",
                node.name(),
                labels,
                "spec",
                Tree.of("podCIDR", node.podCidr(), "podCIDRs", List.of(node.podCidr())),
                "status",
                Tree.of(
                        "addresses",
                        List.of(
                                Tree.of("address", node.ip(), "type", "InternalIP"),
                                Tree.of("address", node.name(), "type", "Hostname")),
                        "capacity",
                        Tree.of("cpu", "8", "memory", "32461564Ki", "pods", "110"),
                        "conditions",
                        List.of(ready),
                        "nodeInfo",
                        Tree.of(
                                "architecture", "amd64",
                                "containerRuntimeVersion", "containerd://1.7.27",
                                "kernelVersion", "6.1.134-152.225.amzn2023.x86_64",
                                "kubeletVersion", "v1.33.1",
                                "operatingSystem", "linux",
                                "osImage", "Amazon Linux 2023.7.20250609")));
    }

    private Stream<Map<String, Object>> namespaces() {
        return cluster.namespaces().entrySet().stream().map(entry -> {
            String name = entry.getKey();
            Map<String, String> labels = new TreeMap<>(Map.of("kubernetes.io/metadata.name", name));
            if (name.equals("istio-system")) {
                labels.put("topology.istio.io/network", cluster.network());
            }
            if (entry.getValue().equals("default")) {
                labels.put("istio-injection", "enabled");
            } else if (!entry.getValue().isEmpty()) {
                labels.put("istio.io/rev", entry.getValue());
            }
            Map<String, Object> metadata = meta.of("Namespace", "", name, labels, meta.installed());
            if (name.equals("kube-system")) {
                metadata.put("uid", cluster.uid());
            }
            return Meta.object(
                    "v1",
                    "Namespace",
                    metadata,
                    "spec",
                    Tree.of("finalizers", List.of("kubernetes")),
                    "status",
                    Tree.of("phase", "Active"));
        });
    }

    private Stream<Map<String, Object>> crds() {
        return CRDS.stream()
                .map(name -> meta.object(
                        "apiextensions.k8s.io/v1",
                        "CustomResourceDefinition",
                        "",
                        name,
                        Map.of("app.kubernetes.io/part-of", "istio"),
                        "spec",
                        Tree.of(
                                "group", name.substring(name.indexOf('.') + 1),
                                "names", Tree.of("plural", name.substring(0, name.indexOf('.'))),
                                "scope", "Namespaced",
                                "versions", List.of(Tree.of("name", "v1", "served", true, "storage", true)))));
    }
}
