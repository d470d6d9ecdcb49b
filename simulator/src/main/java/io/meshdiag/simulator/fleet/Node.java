package io.meshdiag.simulator.fleet;

/** A node of a cluster. */
public record Node(String name, String ip, String region, String zone, String podCidr) {
    /** The same with other addresses for its pods. */
    public Node withPodCidr(String cidr) {
        return new Node(name, ip, region, zone, cidr);
    }

    /** Locality as istiod writes it. */
    public String locality() {
        return region + "/" + zone;
    }
}
