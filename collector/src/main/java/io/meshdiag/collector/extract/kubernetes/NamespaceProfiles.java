package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.schema.Digests;
import java.util.HashMap;
import java.util.Map;

/** NamespaceProfile: the namespace's labels, and its running pods with and without a proxy. */
final class NamespaceProfiles implements Assembler {
    @Override
    public void assemble(Inventory cluster, Origin origin, FactSink facts) {
        Map<String, Integer> with = new HashMap<>();
        Map<String, Integer> without = new HashMap<>();
        cluster.pods().stream().filter(Pod::running).forEach(pod -> (pod.hasProxy() ? with : without)
                .merge(pod.namespace(), 1, Integer::sum));
        Origin seen = origin.seenBy(origin.observer(), "kubernetes:Namespace");
        for (Namespace namespace : cluster.namespaces()) {
            facts.accept(Digests.stamp(NamespaceProfile.newBuilder()
                    .setHeader(seen.header())
                    .setName(namespace.name())
                    .setInjection(namespace.injection())
                    .setRevision(namespace.revision())
                    .setDataplaneMode(namespace.dataplaneMode())
                    .setNetwork(namespace.network())
                    .setWaypoint(namespace.waypoint())
                    .setPodsWithProxy(with.getOrDefault(namespace.name(), 0))
                    .setPodsWithoutProxy(without.getOrDefault(namespace.name(), 0))
                    .setTerminating(namespace.terminating())
                    .build()));
        }
    }
}
