package io.meshdiag.collector.cluster.pods;

/** How a page of a pod is asked for. */
public enum Way {
    /** Through the API server; the connection arrives on the pod's loopback, where istiod and Envoy ask for no credentials. */
    PORT_FORWARD("port-forward"),
    /** At the pod's address; istiod wants a token there. */
    DIRECT("direct"),
    /** By {@code pilot-agent} or {@code pilot-discovery} inside the pod: what their images always have, unlike curl. */
    EXEC("exec");

    private final String word;

    Way(String word) {
        this.word = word;
    }

    /** For texts and meters. */
    public String word() {
        return word;
    }
}
