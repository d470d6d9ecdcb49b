package io.meshdiag.simulator.fleet;

/** One istiod replica with what it sees. */
public record Istiod(Fleet fleet, Cluster cluster, Pod pod, IstiodView view) {
    /** Folder of its pages in an archive. */
    public String folder() {
        return "istio/" + pod.namespace() + "/" + pod.name() + "/";
    }

    public Settings settings() {
        return fleet.settings();
    }
}
