package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Pods as the API server has them: injected ones carry a native sidecar, as Istio makes since 1.27. */
final class Pods {
    private final Fleet fleet;
    private final Cluster cluster;
    private final Meta meta;

    Pods(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
    }

    Map<String, Object> pod(Pod pod) {
        Map<String, Object> metadata = meta.of("Pod", pod.namespace(), pod.name(), labels(pod), pod.createdAt());
        metadata.put("uid", pod.uid());
        Map<String, String> annotations = annotations(pod);
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        String owner = pod.stateful() ? "StatefulSet" : pod.replicaSet().isEmpty() ? "DaemonSet" : "ReplicaSet";
        String ownerName = pod.replicaSet().isEmpty() ? pod.workload() : pod.replicaSet();
        metadata.put(
                "ownerReferences",
                List.of(Tree.of(
                        "apiVersion",
                        "apps/v1",
                        "blockOwnerDeletion",
                        true,
                        "controller",
                        true,
                        "kind",
                        owner,
                        "name",
                        ownerName,
                        "uid",
                        meta.uid(owner, pod.namespace(), ownerName))));
        boolean sidecar = pod.role() == Pod.Role.APP && pod.hasProxy();
        List<Object> containers = List.of(mainContainer(pod));
        List<Object> init = sidecar ? List.of(validation(), proxyContainer(pod)) : null;
        return Meta.object(
                "v1",
                "Pod",
                metadata,
                "spec",
                Tree.of(
                        "containers",
                        containers,
                        "initContainers",
                        init,
                        "nodeName",
                        pod.node().name(),
                        "restartPolicy",
                        "Always",
                        "serviceAccount",
                        pod.serviceAccount(),
                        "serviceAccountName",
                        pod.serviceAccount()),
                "status",
                status(pod, sidecar));
    }

    private Map<String, String> labels(Pod pod) {
        Map<String, String> labels = new TreeMap<>();
        switch (pod.role()) {
            case ISTIOD -> labels.putAll(Map.of("app", "istiod", "istio", "pilot", "istio.io/rev", pod.revision()));
            case CNI -> labels.putAll(Map.of("k8s-app", "istio-cni-node"));
            case SYSTEM -> labels.putAll(Map.of("k8s-app", pod.app()));
            case GATEWAY -> labels.putAll(Map.of("app", pod.app(), "istio", "eastwestgateway"));
            case APP -> labels.put("app", pod.app());
        }
        if (pod.hasProxy()) {
            labels.put("security.istio.io/tlsMode", "istio");
            labels.put("service.istio.io/canonical-name", pod.app());
            labels.put("service.istio.io/canonical-revision", "latest");
            labels.put("topology.istio.io/network", cluster.network());
            labels.put("istio.io/rev", pod.revision());
        }
        if (!pod.replicaSet().isEmpty()) {
            labels.put(
                    "pod-template-hash",
                    pod.replicaSet().substring(pod.workload().length() + 1));
        }
        return labels;
    }

    private static Map<String, String> annotations(Pod pod) {
        Map<String, String> annotations = new TreeMap<>();
        if (pod.hasProxy()) {
            annotations.put(
                    "sidecar.istio.io/status",
                    "{\"initContainers\":[\"istio-validation\",\"istio-proxy\"],\"containers\":null,"
                            + "\"volumes\":[\"workload-socket\",\"credential-socket\",\"workload-certs\","
                            + "\"istio-envoy\",\"istio-data\",\"istio-podinfo\",\"istio-token\",\"istiod-ca-cert\"],"
                            + "\"imagePullSecrets\":null,\"revision\":\"" + pod.revision() + "\"}");
        }
        if (pod.role() == Pod.Role.ISTIOD || pod.role() == Pod.Role.CNI) {
            annotations.put("prometheus.io/port", "15014");
            annotations.put("prometheus.io/scrape", "true");
        }
        return annotations;
    }

    private Map<String, Object> mainContainer(Pod pod) {
        return switch (pod.role()) {
            case APP ->
                Tree.of(
                        "image", "registry.example.com/" + pod.namespace() + "/" + pod.app() + ":2.4.1",
                        "name", pod.app(),
                        "ports", List.of(Tree.of("containerPort", 8080, "protocol", "TCP")));
            case GATEWAY -> proxyContainer(pod);
            case ISTIOD ->
                Tree.of(
                        "args", List.of("discovery", "--monitoringAddr=:15014", "--log_output_level=default:info"),
                        "env",
                                List.of(
                                        env("REVISION", pod.revision()),
                                        env("PILOT_CERT_PROVIDER", "istiod"),
                                        env("CLUSTER_ID", cluster.id()),
                                        env("PILOT_TRACE_SAMPLING", "1")),
                        "image", image("pilot"),
                        "name", "discovery");
            case CNI -> Tree.of("image", image("install-cni"), "name", "install-cni");
            case SYSTEM -> Tree.of("image", "registry.k8s.io/coredns/coredns:v1.12.0", "name", "coredns");
        };
    }

    private Map<String, Object> proxyContainer(Pod pod) {
        String kind = pod.role() == Pod.Role.GATEWAY ? "router" : "sidecar";
        List<Object> env = new ArrayList<>(List.of(
                env("PILOT_CERT_PROVIDER", "istiod"),
                env("CA_ADDR", Addresses.istiod(pod.revision())),
                env("ISTIO_META_CLUSTER_ID", cluster.id()),
                env("ISTIO_META_NETWORK", cluster.network()),
                env("ISTIO_META_MESH_ID", fleet.settings().mesh()),
                env("ISTIO_META_WORKLOAD_NAME", pod.workload()),
                env("TRUST_DOMAIN", cluster.trust().domain())));
        if (kind.equals("router")) {
            env.add(env("ISTIO_META_REQUESTED_NETWORK_VIEW", cluster.network()));
        }
        return Tree.of(
                "args",
                List.of("proxy", kind, "--domain", "$(POD_NAMESPACE).svc.cluster.local"),
                "env",
                env,
                "image",
                image("proxyv2"),
                "name",
                "istio-proxy",
                "restartPolicy",
                kind.equals("sidecar") ? "Always" : null);
    }

    private Map<String, Object> validation() {
        return Tree.of(
                "args",
                        List.of(
                                "istio-iptables",
                                "-p",
                                "15001",
                                "-z",
                                "15006",
                                "--run-validation",
                                "--skip-rule-apply"),
                "image", image("proxyv2"),
                "name", "istio-validation");
    }

    private static Map<String, Object> env(String name, String value) {
        return Tree.of("name", name, "value", value);
    }

    private String image(String component) {
        return "docker.io/istio/" + component + ":" + cluster.istioVersion();
    }

    private Map<String, Object> status(Pod pod, boolean sidecar) {
        String since = pod.createdAt().plusSeconds(11).toString();
        String main = pod.role() == Pod.Role.GATEWAY
                ? "istio-proxy"
                : (String) mainContainer(pod).get("name");
        Map<String, Object> done = Tree.of("exitCode", 0, "reason", "Completed");
        List<Object> init = !sidecar
                ? null
                : List.of(
                        Tree.of(
                                "name",
                                "istio-validation",
                                "ready",
                                true,
                                "restartCount",
                                0,
                                "state",
                                Tree.of("terminated", done)),
                        running("istio-proxy", since));
        return Tree.of(
                "conditions",
                List.of(
                        Tree.of("lastTransitionTime", since, "status", "True", "type", "Ready"),
                        Tree.of("lastTransitionTime", since, "status", "True", "type", "ContainersReady")),
                "containerStatuses",
                List.of(running(main, since)),
                "hostIP",
                pod.node().ip(),
                "initContainerStatuses",
                init,
                "phase",
                "Running",
                "podIP",
                pod.ip(),
                "podIPs",
                List.of(Tree.of("ip", pod.ip())),
                "startTime",
                pod.createdAt().toString());
    }

    private static Map<String, Object> running(String name, String since) {
        return Tree.of(
                "name",
                name,
                "ready",
                true,
                "restartCount",
                0,
                "started",
                true,
                "state",
                Tree.of("running", Tree.of("startedAt", since)));
    }
}
