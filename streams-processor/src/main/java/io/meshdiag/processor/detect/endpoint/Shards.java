package io.meshdiag.processor.detect.endpoint;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import java.time.Duration;
import java.util.Optional;

/** What rules ask of one istiod's page of endpoints. */
final class Shards {
    private Shards() {}

    /** The endpoints of Kubernetes Services in that cluster; empty when istiod has none there. */
    static Optional<EndpointShard> of(EndpointShards service, String clusterId) {
        return service.getShards().stream()
                .filter(shard -> shard.getProvider().equals("Kubernetes")
                        && shard.getClusterId().equals(clusterId))
                .findFirst();
    }

    /** As many addresses, and not the same ones: each side has one that the other lacks. */
    static boolean swapped(EndpointShard left, EndpointShard right) {
        return left.getAddresses() > 0
                && left.getAddresses() == right.getAddresses()
                && left.getAddressDigest() != right.getAddressDigest();
    }

    /** Whether the one was as it is for so long when the other was read. Not known of archives, which look once. */
    static boolean heldBefore(FactHeader held, FactHeader read, Duration soLong) {
        return held.getUnchangedSince() != null
                && !read.getObservedAt().isBefore(held.getUnchangedSince().plus(soLong));
    }
}
