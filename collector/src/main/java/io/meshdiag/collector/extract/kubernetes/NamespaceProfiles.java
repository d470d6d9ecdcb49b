package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.schema.Digests;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** NamespaceProfile: the namespace's labels, and its running pods with and without a proxy. */
final class NamespaceProfiles implements Assembler {
    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return cluster.namespaces().stream().map(namespace -> Subject.ofNamespace(namespace.name()));
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        Namespace namespace = cluster.namespace(subject.name());
        if (namespace == null) {
            return Optional.empty();
        }
        int with = 0;
        int without = 0;
        for (Pod pod : cluster.podsIn(namespace.name())) {
            with += pod.running() && pod.hasProxy() ? 1 : 0;
            without += pod.running() && !pod.hasProxy() ? 1 : 0;
        }
        return Optional.of(Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(
                        origin.seenBy(origin.observer(), "kubernetes:Namespace").header())
                .setName(namespace.name())
                .setInjection(namespace.injection())
                .setRevision(namespace.revision())
                .setDataplaneMode(namespace.dataplaneMode())
                .setNetwork(namespace.network())
                .setWaypoint(namespace.waypoint())
                .setPodsWithProxy(with)
                .setPodsWithoutProxy(without)
                .setTerminating(namespace.terminating())
                .build()));
    }
}
