package io.meshdiag.processor.detect.vm;

import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Stranger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a virtual machine is connected: it may be served by any istiod of the mesh that knows its cluster, and each replica lists its own proxies only.
 *
 * @param istiod as cluster/pod; empty when none lists the machine
 * @param cluster of that istiod; empty when none lists the machine
 * @param doubts why not being listed proves nothing; empty when it does
 */
record Seat(Optional<String> istiod, Optional<String> cluster, List<String> doubts) {

    /**
     * Looks for a machine.
     *
     * @param names names under which istiod may list it
     */
    static Seat of(MeshView view, ClusterSummary machine, Set<String> names) {
        return view.clusters().stream()
                .flatMap(cluster -> cluster.getStrangers().stream()
                        .filter(stranger -> names.contains(stranger.getProxy()) && claims(stranger, machine))
                        .map(stranger -> at(cluster.getClusterId(), stranger)))
                .findFirst()
                .orElseGet(() -> new Seat(Optional.empty(), Optional.empty(), doubts(view, machine.getClusterId())));
    }

    private static Seat at(String cluster, Stranger stranger) {
        return new Seat(Optional.of(cluster + "/" + stranger.getIstiod()), Optional.of(cluster), List.of());
    }

    /** Clusters whose istiods may serve machines of this one. */
    static List<ClusterSummary> servers(MeshView view, String clusterId) {
        return view.clusters().stream()
                .filter(ClusterSummary::getPrimary)
                .filter(cluster -> cluster.getClusterId().equals(clusterId)
                        || cluster.getLinkedTo().contains(clusterId))
                .toList();
    }

    private static boolean claims(Stranger stranger, ClusterSummary machine) {
        return stranger.getClaims() == null || stranger.getClaims().equals(machine.getClusterId());
    }

    private static List<String> doubts(MeshView view, String clusterId) {
        Optional<ClusterSummary> home = view.cluster(clusterId);
        if (home.isEmpty()) {
            return List.of("cluster " + clusterId + ": no collector, or more than one cluster of that id");
        }
        List<String> doubts = new ArrayList<>();
        List<ClusterSummary> servers = servers(view, clusterId);
        servers.forEach(server -> {
            doubts.addAll(Doubts.aboutAbsence(server, "syncz"));
            if (server.getStrangersCount() > server.getStrangers().size()) {
                doubts.add("cluster " + server.getClusterId() + ": more proxies of other clusters than are told apart");
            }
        });
        if (servers.isEmpty()) {
            doubts.add("cluster " + clusterId + ": no istiod known that serves it");
        }
        List<String> seen =
                view.clusters().stream().map(ClusterSummary::getClusterId).toList();
        unseen(home.get().getLinkedTo(), seen)
                .forEach(id -> doubts.add("cluster " + id + ": no collector; its istiods may serve the machine"));
        return doubts;
    }

    private static List<String> unseen(Collection<String> linked, Collection<String> seen) {
        return linked.stream().filter(id -> !seen.contains(id)).sorted().toList();
    }
}
