package io.meshdiag.simulator.scenario;

import java.util.List;

/**
 * One cluster of a scenario.
 *
 * @param id Istio's cluster id
 * @param network Istio's network; clusters of one network reach each other's pods directly
 * @param region label topology.kubernetes.io/region of its nodes
 * @param zones labels topology.kubernetes.io/zone, nodes take turns
 * @param revisions control planes; "default" is the unnamed one
 * @param istiods replicas of each control plane
 * @param nodes number of nodes
 * @param vms virtual machines that joined the mesh here
 */
public record ClusterSpec(
        String id,
        String network,
        String region,
        List<String> zones,
        List<String> revisions,
        int istiods,
        int nodes,
        List<VmSpec> vms) {

    static ClusterSpec read(Fields fields) {
        String id = fields.text("id");
        String region = fields.text("region", id);
        return new ClusterSpec(
                id,
                fields.text("network", id + "-network"),
                region,
                fields.texts("zones", List.of(region + "a", region + "b")),
                fields.texts("revisions", List.of("default")),
                fields.number("istiods", 2, 1, 20),
                fields.number("nodes", 3, 1, 240),
                fields.objects("vms", VmSpec::read));
    }
}
