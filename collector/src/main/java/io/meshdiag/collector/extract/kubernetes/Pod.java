package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What facts need of a pod. Environment values are not in it but for CLUSTER_ID and REVISION of istiod, which are no secrets.
 *
 * @param app label app, "istiod" for the control plane
 * @param agent true for a pod of the DaemonSet istio-cni-node
 * @param proxyVersion image tag of istio-proxy; null without proxy
 * @param injectLabel label (or legacy annotation) sidecar.istio.io/inject
 * @param restarts restarts of the container that matters: istio-proxy, or the first one where there is none
 * @param version image tag of the first container
 * @param clusterId istiod's CLUSTER_ID; null for other pods
 * @param ip address; null while it has none
 * @param labels of a pod of a StatefulSet; empty for all others
 * @param metricsPort annotation prometheus.io/port; 15014, Istio's own port, where it is not set
 */
public record Pod(
        String namespace,
        String name,
        String owner,
        String node,
        String phase,
        boolean ready,
        boolean hostNetwork,
        String app,
        boolean agent,
        boolean hasProxy,
        Boolean proxyReady,
        String proxyVersion,
        String injectLabel,
        String podRevision,
        String injectedRevision,
        String network,
        int restarts,
        Integer validationExitCode,
        Instant created,
        String version,
        String clusterId,
        String ip,
        int metricsPort,
        Map<String, String> labels) {
    private static final String STATEFUL_SET = "StatefulSet/";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String PROXY = "istio-proxy";

    /** Reduces a pod. */
    public static Pod of(KubernetesObject pod) {
        JsonNode spec = pod.spec();
        JsonNode proxy = container(spec, PROXY);
        JsonNode first = spec.path("containers").path(0);
        boolean hasProxy = !proxy.isMissingNode();
        String counted = hasProxy ? PROXY : first.path("name").asText();
        JsonNode counting = containerStatus(pod, counted);
        String inject = pod.label("sidecar.istio.io/inject");
        String app = pod.label("app");
        boolean istiod = "istiod".equals(app);
        return new Pod(
                pod.namespace(),
                pod.name(),
                owner(pod),
                KubernetesObject.textOrNull(spec.path("nodeName")),
                KubernetesObject.name(pod.status().path("phase")),
                Boolean.TRUE.equals(pod.conditionTrue("Ready")),
                spec.path("hostNetwork").asBoolean(),
                app,
                "istio-cni-node".equals(pod.label("k8s-app")),
                hasProxy,
                hasProxy ? counting.path("ready").asBoolean() : null,
                hasProxy ? imageTag(proxy) : null,
                inject != null ? inject : pod.annotation("sidecar.istio.io/inject"),
                pod.label("istio.io/rev"),
                hasProxy ? injectedRevision(pod) : null,
                pod.label("topology.istio.io/network"),
                counting.path("restartCount").asInt(),
                validationExitCode(pod),
                pod.created(),
                imageTag(first),
                istiod ? environment(spec, "CLUSTER_ID") : null,
                KubernetesObject.textOrNull(pod.status().path("podIP")),
                metricsPort(pod),
                statefulLabels(pod));
    }

    /** Key of the pod in an inventory: namespace/name. */
    public String key() {
        return namespace + "/" + name;
    }

    /** True for a pod of the control plane. */
    public boolean istiod() {
        return "istiod".equals(app);
    }

    /** True for a pod of a StatefulSet, whose name is the set's and a number: another cluster may have the same. */
    boolean stateful() {
        return owner != null && owner.startsWith(STATEFUL_SET);
    }

    /** Labels of others are not kept: nobody asks for them, and there are many. */
    private static Map<String, String> statefulLabels(KubernetesObject pod) {
        String owner = owner(pod);
        if (owner == null || !owner.startsWith(STATEFUL_SET)) {
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        pod.json()
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return Map.copyOf(labels);
    }

    /** True while the pod's containers are to run: completed jobs and evicted pods are not counted. */
    public boolean running() {
        return !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    /** Native sidecars stand in initContainers (Kubernetes 1.29 and later). */
    private static JsonNode container(JsonNode spec, String name) {
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : spec.path(list)) {
                if (name.equals(container.path("name").asText())) {
                    return container;
                }
            }
        }
        return spec.path("/absent");
    }

    private static JsonNode containerStatus(KubernetesObject pod, String name) {
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonNode status : pod.status().path(list)) {
                if (name.equals(status.path("name").asText())) {
                    return status;
                }
            }
        }
        return pod.json().path("/absent");
    }

    private static String owner(KubernetesObject pod) {
        for (JsonNode owner : pod.json().path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return KubernetesObject.name(owner.path("kind")) + "/" + KubernetesObject.name(owner.path("name"));
            }
        }
        return null;
    }

    private static Integer validationExitCode(KubernetesObject pod) {
        JsonNode status = containerStatus(pod, "istio-validation");
        for (String state : new String[] {"state", "lastState"}) {
            int code = status.path(state).path("terminated").path("exitCode").asInt();
            if (code != 0) {
                return code;
            }
        }
        return null;
    }

    private static String injectedRevision(KubernetesObject pod) {
        String status = pod.annotation("sidecar.istio.io/status");
        if (status != null && status.length() < 10_000) {
            try {
                String revision =
                        KubernetesObject.textOrNull(MAPPER.readTree(status).path("revision"));
                if (revision != null) {
                    return revision;
                }
            } catch (JsonProcessingException e) {
                // An annotation that somebody edited by hand: the label still tells.
                return pod.label("istio.io/rev");
            }
        }
        return pod.label("istio.io/rev");
    }

    private static String environment(JsonNode spec, String name) {
        for (JsonNode container : spec.path("containers")) {
            for (JsonNode variable : container.path("env")) {
                if (name.equals(variable.path("name").asText())) {
                    return KubernetesObject.textOrNull(variable.path("value"));
                }
            }
        }
        return null;
    }

    private static int metricsPort(KubernetesObject pod) {
        String port = pod.annotation("prometheus.io/port");
        return port != null && port.matches("[1-9][0-9]{1,4}") ? Integer.parseInt(port) : 15014;
    }

    /** Tag of an image reference; null for none or a digest alone. */
    static String imageTag(JsonNode container) {
        String image = KubernetesObject.name(container.path("image"));
        int digest = image.indexOf('@');
        String named = digest < 0 ? image : image.substring(0, digest);
        int colon = named.lastIndexOf(':');
        return colon > named.lastIndexOf('/') ? named.substring(colon + 1).toLowerCase(Locale.ROOT) : null;
    }
}
