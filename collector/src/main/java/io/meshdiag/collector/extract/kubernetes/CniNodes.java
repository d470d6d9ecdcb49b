package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.schema.Digests;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** CniNode: every node with its pod of istio-cni-node. Nothing at all where Istio's CNI plugin is not installed. */
final class CniNodes implements Assembler {
    private static final CniMetrics.Values NOT_READ = new CniMetrics.Values(null, Collections.emptySortedMap());

    private final CniMetrics metrics;

    CniNodes(CniMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void assemble(Inventory cluster, Origin origin, FactSink facts) {
        if (!cluster.cniInstalled()) {
            return;
        }
        Map<String, Pod> agents = new HashMap<>();
        cluster.pods().stream()
                .filter(p -> p.agent() && p.node() != null && p.running())
                .forEach(p -> agents.put(p.node(), p));
        Origin seen = origin.seenBy(origin.observer(), "kubernetes:Node");
        for (Node node : cluster.nodes()) {
            Pod agent = agents.get(node.name());
            CniMetrics.Values values =
                    agent == null ? NOT_READ : metrics.of(agent).orElse(NOT_READ);
            facts.accept(Digests.stamp(CniNode.newBuilder()
                    .setHeader(seen.header())
                    .setNode(node.name())
                    .setAgentPod(agent == null ? null : agent.namespace() + "/" + agent.name())
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
}
