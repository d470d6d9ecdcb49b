package io.meshdiag.processor.scope;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Brings all rows of a scope to one partition: murmur2 over the scope part of the key. */
public final class ScopePartitioner<V> implements StreamPartitioner<String, V> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, V value, int partitions) {
        byte[] scope = RowKeys.scope(key).getBytes(StandardCharsets.UTF_8);
        return Optional.of(Set.of(Utils.toPositive(Utils.murmur2(scope)) % partitions));
    }
}
