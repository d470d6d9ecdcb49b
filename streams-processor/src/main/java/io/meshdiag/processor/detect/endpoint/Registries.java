package io.meshdiag.processor.detect.endpoint;

import io.meshdiag.fact.RegistryCluster;
import io.meshdiag.fact.ServiceRegistry;
import java.time.Duration;
import java.util.List;

/** What rules ask of one istiod's page of services. */
final class Registries {
    /** Longer than one replica may take for what another has already seen. */
    private static final Duration ALL_KNOW_AFTER = Duration.ofMinutes(2);

    private Registries() {}

    /** The services of that cluster; none when the page does not name it. */
    static RegistryCluster of(ServiceRegistry istiod, String clusterId) {
        return istiod.getClusters().stream()
                .filter(cluster -> cluster.getClusterId().equals(clusterId))
                .findFirst()
                .orElseGet(() -> new RegistryCluster(clusterId, 0, 0L));
    }

    /**
     * Whether one replica knows services of that cluster which another does not. The page is read every ten minutes, not of all replicas at once: so each
     * must have been saying so for a while when the other was read. In an archive, which looks once, so many must differ as no change explains.
     */
    static boolean differ(String clusterId, List<ServiceRegistry> istiods, ReplicasDisagree.Thresholds thresholds) {
        return istiods.stream()
                .anyMatch(left -> istiods.stream().anyMatch(right -> differ(clusterId, left, right, thresholds)));
    }

    private static boolean differ(
            String clusterId, ServiceRegistry left, ServiceRegistry right, ReplicasDisagree.Thresholds thresholds) {
        RegistryCluster one = of(left, clusterId);
        RegistryCluster other = of(right, clusterId);
        if (left.getHeader().getUnchangedSince() == null || right.getHeader().getUnchangedSince() == null) {
            return thresholds.passed(one.getServices(), other.getServices());
        }
        return one.getHostDigest() != other.getHostDigest()
                && Shards.heldBefore(left.getHeader(), right.getHeader(), ALL_KNOW_AFTER)
                && Shards.heldBefore(right.getHeader(), left.getHeader(), ALL_KNOW_AFTER);
    }
}
