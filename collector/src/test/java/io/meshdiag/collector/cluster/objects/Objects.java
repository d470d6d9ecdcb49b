package io.meshdiag.collector.cluster.objects;

/** YAML of objects as tests need them; each ends its document. */
final class Objects {
    private Objects() {}

    static String namespace(String name, String labels) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s, labels: {%s}}
                ---
                """.formatted(name, labels);
    }

    static String node(String name) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                ---
                """.formatted(name);
    }

    /** A running pod with a proxy. */
    static String pod(String namespace, String name) {
        return pod(namespace, name, "app: web", true);
    }

    static String pod(String namespace, String name, String labels, boolean ready) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {%s}}
                spec: {nodeName: n1, containers: [{name: web}, {name: istio-proxy, image: proxyv2:1.27.1}]}
                status: {phase: Running, conditions: [{type: Ready, status: '%s'}]}
                ---
                """.formatted(name, namespace, labels, ready ? "True" : "False");
    }

    static String istiod(String name) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
                spec: {nodeName: n1, containers: [{name: discovery, image: pilot:1.27.1}]}
                status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
                ---
                """.formatted(name);
    }

    static String agent(String name, String node) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: istio-system, labels: {k8s-app: istio-cni-node}}
                spec: {nodeName: %s, containers: [{name: install-cni, image: install-cni:1.27.1}]}
                status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
                ---
                """.formatted(name, node);
    }

    static String service(String namespace, String name) {
        return service(namespace, name, "");
    }

    static String service(String namespace, String name, String labels) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s, labels: {%s}}
                spec: {ports: [{name: http, port: 80}], selector: {app: web}}
                ---
                """.formatted(name, namespace, labels);
    }

    /** A slice of one ready endpoint for each pod. */
    static String slice(String namespace, String name, String service, String... pods) {
        StringBuilder endpoints = new StringBuilder();
        for (String pod : pods) {
            endpoints.append("- {addresses: [10.0.0.1], targetRef: {kind: Pod, name: %s}}\n".formatted(pod));
        }
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %s, namespace: %s, labels: {kubernetes.io/service-name: %s}}
                endpoints:%s
                ---
                """.formatted(name, namespace, service, pods.length == 0 ? " []" : "\n" + endpoints);
    }

    static String event(String name, int count, String last) {
        return """
                apiVersion: v1
                kind: Event
                metadata: {name: %s, namespace: shop, uid: uid-%s}
                involvedObject: {kind: ReplicaSet, name: web-6c9, namespace: shop}
                reason: FailedCreate
                message: 'Error creating: Internal error occurred: failed calling webhook
                  "namespace.sidecar-injector.istio.io": failed to call webhook: Post
                  "https://istiod.istio-system.svc:443/inject?timeout=10s": context deadline exceeded'
                firstTimestamp: '2026-08-22T14:00:00Z'
                lastTimestamp: '%s'
                count: %d
                ---
                """.formatted(name, name, last, count);
    }
}
