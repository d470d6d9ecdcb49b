package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.Workload;
import io.meshdiag.schema.Digests;

/** Workload: pods that have, or by their labels should have, a proxy. */
final class Workloads implements Assembler {
    @Override
    public void assemble(Inventory cluster, Origin origin, FactSink facts) {
        Origin seen = origin.seenBy(origin.observer(), "kubernetes:Pod");
        for (Pod pod : cluster.pods()) {
            boolean wanted = Injection.wanted(pod, cluster.namespace(pod.namespace()));
            if (pod.hasProxy() || wanted) {
                facts.accept(Digests.stamp(workload(pod, wanted, seen)));
            }
        }
    }

    private static Workload workload(Pod pod, boolean wanted, Origin origin) {
        return Workload.newBuilder()
                .setHeader(origin.header())
                .setNamespace(pod.namespace())
                .setName(pod.name())
                .setOwner(pod.owner())
                .setNode(pod.node())
                .setPhase(pod.phase())
                .setReady(pod.ready())
                .setHasProxy(pod.hasProxy())
                .setProxyReady(pod.proxyReady())
                .setInjectionWanted(wanted)
                .setProxyVersion(pod.proxyVersion())
                .setRevision(pod.injectedRevision())
                .setNetwork(pod.network())
                .setProxyRestarts(pod.hasProxy() ? pod.restarts() : 0)
                .setValidationExitCode(pod.validationExitCode())
                .setCreatedAt(pod.created())
                .build();
    }
}
