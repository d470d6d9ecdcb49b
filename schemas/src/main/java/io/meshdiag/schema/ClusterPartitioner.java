package io.meshdiag.schema;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Sends all facts of one cluster to one partition of each topic: murmur2 over the key's first two segments, as Kafka's default partitioner does
 * over the whole key. Every producer of facts uses it, so the cluster scope needs no re-keying.
 */
public final class ClusterPartitioner implements Partitioner {
    @Override
    public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
        return partition(new String(keyBytes, StandardCharsets.UTF_8), cluster.partitionCountForTopic(topic));
    }

    /** Partition of a fact's key among that many. A key with fewer than two segments counts whole. */
    public static int partition(String key, int partitions) {
        int mesh = key.indexOf('/');
        int cluster = mesh < 0 ? -1 : key.indexOf('/', mesh + 1);
        String prefix = cluster < 0 ? key : key.substring(0, cluster);
        return Utils.toPositive(Utils.murmur2(prefix.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}
