package io.meshdiag.collector.cluster.pods;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.Pod;

/** Pods as the API server shows them. */
public final class Pods {
    private Pods() {}

    public static Pod istiod(String name, String ip) {
        return pod("istio-system", name, "{app: istiod}", 15014, "discovery", ip);
    }

    public static Pod istiod(String namespace, String name, int port, String ip) {
        return pod(namespace, name, "{app: istiod}", port, "discovery", ip);
    }

    public static Pod workload(String name, String ip) {
        return pod("shop", name, "{app: web}", 15020, "istio-proxy", ip);
    }

    private static Pod pod(String namespace, String name, String labels, int port, String container, String ip) {
        String json = """
                {metadata: {namespace: %s, name: %s, labels: %s, annotations: {prometheus.io/port: "%d"}},
                 spec: {containers: [{name: %s, image: "istio:1.24.2"}]},
                 status: {phase: Running, podIP: %s}}""".formatted(namespace, name, labels, port, container, ip);
        try {
            return Pod.of(new KubernetesObject(new YAMLMapper().readTree(json)));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
