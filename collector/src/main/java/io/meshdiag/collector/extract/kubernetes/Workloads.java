package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.Workload;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKind;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Workload: pods that have, or by their labels should have, a proxy. */
final class Workloads implements Assembler {
    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return cluster.pods().stream().map(pod -> Subject.of(FactKind.WORKLOAD, pod.key()));
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        Pod pod = cluster.pod(subject.objectKey());
        if (pod == null) {
            return Optional.empty();
        }
        boolean wanted = Injection.wanted(pod, cluster.namespace(pod.namespace()));
        return pod.hasProxy() || wanted
                ? Optional.of(Digests.stamp(workload(pod, wanted, origin.seenBy(origin.observer(), "kubernetes:Pod"))))
                : Optional.empty();
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
