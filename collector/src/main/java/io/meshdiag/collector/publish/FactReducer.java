package io.meshdiag.collector.publish;

import io.meshdiag.collector.publish.FactPublisher.Outcome;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.schema.Digests;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** Smaller forms of facts that carry their counts beside their lists: without the lists they are less, but not wrong. */
final class FactReducer {
    /** Bytes of one record's value; the broker's default limit is 1 MiB for a batch with its overhead. */
    static final int MAX_RECORD_BYTES = 900_000;

    /**
     * A fact as bytes that fit into a record.
     *
     * @param bytes null when it is {@link Outcome#REFUSED}
     */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Fitted(Outcome outcome, byte[] bytes) {}

    private FactReducer() {}

    /** Encodes a fact, without its list if it is too large with it. */
    static Fitted fit(SpecificRecord fact, Function<SpecificRecord, byte[]> encode) {
        byte[] bytes = encode.apply(fact);
        if (bytes.length <= MAX_RECORD_BYTES) {
            return new Fitted(Outcome.SENT, bytes);
        }
        return reduce(fact)
                .map(encode)
                .filter(smaller -> smaller.length <= MAX_RECORD_BYTES)
                .map(smaller -> new Fitted(Outcome.REDUCED, smaller))
                .orElseGet(() -> new Fitted(Outcome.REFUSED, null));
    }

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
