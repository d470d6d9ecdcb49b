package io.meshdiag.processor.detect.trust;

import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RootUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Trust of a cluster together with that of its virtual machines, which are scopes of their own. */
final class MachineTrust {
    private static final int SAMPLES = 5;

    private MachineTrust() {}

    /** The cluster, as if its machines were pods of it. Machines that cannot be believed are left out. */
    static ClusterSummary joined(MeshView view, ClusterSummary cluster) {
        List<ClusterSummary> machines = view.machines().stream()
                .filter(machine -> machine.getClusterId().equals(cluster.getClusterId()))
                .filter(machine -> view.cluster(cluster.getClusterId()).isPresent())
                .filter(machine -> Doubts.about(machine).isEmpty())
                .toList();
        if (machines.isEmpty()) {
            return cluster;
        }
        ClusterSummary.Builder joined = ClusterSummary.newBuilder(cluster);
        List<RootUse> trusted = new ArrayList<>(cluster.getTrustedRoots());
        List<RootUse> issuers = new ArrayList<>(cluster.getIssuers());
        int holders = cluster.getTrustHolders();
        for (ClusterSummary machine : machines) {
            trusted.addAll(machine.getTrustedRoots());
            issuers.addAll(machine.getIssuers());
            holders += machine.getTrustHolders();
        }
        return joined.setTrustedRoots(added(trusted))
                .setIssuers(added(issuers))
                .setTrustHolders(holders)
                .build();
    }

    private static List<RootUse> added(List<RootUse> uses) {
        Map<String, RootUse> byPrint = new TreeMap<>();
        uses.stream()
                .filter(use -> use.getCertificate().getSha256() != null)
                .forEach(use -> byPrint.merge(use.getCertificate().getSha256(), use, MachineTrust::both));
        return List.copyOf(byPrint.values());
    }

    /** Machines are named first among the samples: there are few of them, and they are easily forgotten. */
    private static RootUse both(RootUse cluster, RootUse machine) {
        return RootUse.newBuilder(cluster)
                .setHolders(cluster.getHolders() + machine.getHolders())
                .setSamples(Stream.concat(machine.getSamples().stream(), cluster.getSamples().stream())
                        .distinct()
                        .limit(SAMPLES)
                        .toList())
                .build();
    }
}
