package io.meshdiag.simulator.fleet;

/** A port of a Service; the pods listen on the target. */
public record Port(String name, int port, int target) {
    /** Istio's protocol, taken from the name as istiod does. */
    public String protocol() {
        if (name.startsWith("http")) {
            return "HTTP";
        }
        return name.startsWith("tls") || name.startsWith("https") ? "TLS" : "TCP";
    }
}
