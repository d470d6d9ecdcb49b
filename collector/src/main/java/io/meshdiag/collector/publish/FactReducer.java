package io.meshdiag.collector.publish;

import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.schema.Digests;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Smaller forms of facts that carry their counts beside their lists: without the lists they are less, but not wrong. */
final class FactReducer {
    private FactReducer() {}

    /** A smaller fact of the same subject; empty where a fact without its list would say something that is not so. */
    static Optional<SpecificRecord> reduce(SpecificRecord fact) {
        if (fact instanceof ProxyConfig config && !config.getEndpointCounts().isEmpty()) {
            return Optional.of(Digests.stamp(ProxyConfig.newBuilder(config)
                    .setEndpointCounts(List.of())
                    .setTruncated(true)
                    .build()));
        }
        if (fact instanceof ConfigDrift drift && !drift.getResources().isEmpty()) {
            return Optional.of(Digests.stamp(
                    ConfigDrift.newBuilder(drift).setResources(List.of()).build()));
        }
        return Optional.empty();
    }
}
