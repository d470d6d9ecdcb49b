package io.meshdiag.simulator.fleet;

/** A node of a cluster. */
public record Node(String name, String ip, String region, String zone, String podCidr) {
    /** Locality as istiod writes it. */
    public String locality() {
        return region + "/" + zone;
    }
}
