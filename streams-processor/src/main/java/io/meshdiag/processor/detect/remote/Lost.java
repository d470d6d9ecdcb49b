package io.meshdiag.processor.detect.remote;

import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RemoteEndpoints;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What others lose with a cluster that they cannot read any more.
 *
 * @param services how many services they have endpoints of there, as the observer with the most knows; what the cluster shares where none knows any
 * @param names namespace/name of some of these
 */
record Lost(int services, List<String> names) {
    /** @param cluster empty when it is not watched */
    static Lost with(String target, Optional<ClusterSummary> cluster, List<ClusterSummary> observers) {
        List<RemoteEndpoints> known = observers.stream()
                .flatMap(observer -> observer.getRemoteEndpoints().stream())
                .filter(remote -> remote.getClusterId().equals(target))
                .toList();
        int seen = known.stream().mapToInt(RemoteEndpoints::getServices).max().orElse(0);
        List<String> names = known.stream()
                .flatMap(remote -> remote.getSamples().stream())
                .distinct()
                .sorted()
                .toList();
        return seen > 0
                ? new Lost(seen, names)
                : cluster.map(c -> new Lost(c.getSharedServices(), c.getSharedSamples()))
                        .orElse(new Lost(0, List.of()));
    }

    /** A sentence; empty when it is not known. */
    String text() {
        return services == 0 ? "" : services + " service(s) have endpoints there that others use.";
    }

    /** Clusters first, then services. */
    List<String> samples(List<String> clusters) {
        return Stream.concat(clusters.stream(), names.stream()).toList();
    }
}
