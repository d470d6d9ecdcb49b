package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class ClusterPartitionerTest {
    @Test
    void sendsAllFactsOfAClusterToOnePartition() {
        Set<Integer> partitions = IntStream.range(0, 100)
                .mapToObj(i -> ClusterPartitioner.partition("mesh1/east@0f8fad5b/Workload/shop/web-" + i, 12))
                .collect(Collectors.toSet());

        assertThat(partitions).hasSize(1);
    }

    @Test
    void spreadsClusters() {
        Set<Integer> partitions = IntStream.range(0, 200)
                .mapToObj(i -> ClusterPartitioner.partition("mesh1/cluster-" + i + "@0f8fad5b/CniNode/n", 12))
                .collect(Collectors.toSet());

        assertThat(partitions).hasSize(12);
    }

    @Test
    void agreesWithKafkasOwnPartitionerOnTheClustersKey() {
        byte[] clusterKey = "mesh1/east@0f8fad5b".getBytes(StandardCharsets.UTF_8);

        assertThat(ClusterPartitioner.partition("mesh1/east@0f8fad5b/CniNode/node-1", 12))
                .isEqualTo(BuiltInPartitioner.partitionForKey(clusterKey, 12));
    }

    @Test
    void takesAShortKeyWhole() {
        assertThat(ClusterPartitioner.partition("mesh1/east@1", 12))
                .isEqualTo(ClusterPartitioner.partition("mesh1/east@1/CniNode/n", 12));
    }

    @Test
    void countsThePartitionsOfTheTopicAsAProducersPartitioner() {
        Node node = new Node(0, "localhost", 9092);
        List<PartitionInfo> infos = IntStream.range(0, 5)
                .mapToObj(i -> new PartitionInfo("facts", i, node, new Node[] {node}, new Node[] {node}))
                .toList();
        Cluster cluster = new Cluster("id", List.of(node), infos, Set.of(), Set.of());
        String key = "mesh1/east@0f8fad5b/CniNode/node-1";
        try (var partitioner = new ClusterPartitioner()) {
            int partition =
                    partitioner.partition("facts", key, key.getBytes(StandardCharsets.UTF_8), null, null, cluster);

            assertThat(partition).isEqualTo(ClusterPartitioner.partition(key, 5));
        }
    }
}
