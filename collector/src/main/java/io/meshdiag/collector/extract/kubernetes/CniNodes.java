package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.schema.Digests;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** CniNode: every node with its pod of istio-cni-node. Nothing at all where Istio's CNI plugin is not installed. */
final class CniNodes implements Assembler {
    private static final CniMetrics.Values NOT_READ = new CniMetrics.Values(null, Collections.emptySortedMap());

    private final CniMetrics metrics;

    CniNodes(CniMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return cluster.nodes().stream().map(node -> Subject.ofNode(node.name()));
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        Node node = cluster.node(subject.name());
        if (node == null || !cluster.cniInstalled()) {
            return Optional.empty();
        }
        Pod agent = cluster.agentOn(node.name());
        CniMetrics.Values values = agent == null ? NOT_READ : metrics.of(agent).orElse(NOT_READ);
        return Optional.of(Digests.stamp(CniNode.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:Node").header())
                .setNode(node.name())
                .setAgentPod(agent == null ? null : agent.key())
                .setVersion(agent == null ? null : agent.version())
                .setReady(agent == null ? null : agent.ready())
                .setRestarts(agent == null ? 0 : agent.restarts())
                .setInstallReady(values.installReady())
                .setRepairs(values.repairs().entrySet().stream()
                        .map(e -> new NamedCount(e.getKey(), e.getValue()))
                        .toList())
                .setNodeCreatedAt(node.created())
                .setOsImage(node.osImage())
                .build()));
    }
}
