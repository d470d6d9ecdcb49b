package io.meshdiag.simulator.fleet;

/**
 * An Envoy as istiod knows it.
 *
 * @param type sidecar or router
 * @param pod null for a VM
 */
public record Proxy(
        String namespace,
        String name,
        String type,
        String ip,
        String app,
        String serviceAccount,
        String revision,
        Pod pod) {

    /** istiod's name of it. */
    public String id() {
        return name + "." + namespace;
    }

    /** Envoy's node id. */
    public String nodeId() {
        return type + "~" + ip + "~" + id() + "~" + namespace + ".svc.cluster.local";
    }

    public boolean isGateway() {
        return type.equals("router");
    }
}
