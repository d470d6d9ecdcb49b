package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.schema.FactKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** The facts that join objects of one cluster: each can be made anew alone, from what the inventory holds at that time. */
public final class JoinedFacts {
    private final Inventory cluster;
    private final Map<FactKind, Assembler> assemblers = new EnumMap<>(FactKind.class);

    /**
     * @param clusterIdSource see ClusterProfile.clusterIdSource
     * @param metrics of the istio-cni-node pods, where they are read
     */
    public JoinedFacts(Inventory cluster, String clusterIdSource, CniMetrics metrics) {
        this.cluster = cluster;
        assemblers.put(FactKind.CLUSTER_PROFILE, new ClusterProfiles(clusterIdSource));
        assemblers.put(FactKind.NAMESPACE_PROFILE, new NamespaceProfiles());
        assemblers.put(FactKind.WORKLOAD, new Workloads());
        assemblers.put(FactKind.SERVICE_ENDPOINTS, new ServiceEndpointCounts());
        assemblers.put(FactKind.GATEWAY, new Gateways());
        assemblers.put(FactKind.SELECTED_PODS, new SelectedPodNames());
        assemblers.put(FactKind.CNI_NODE, new CniNodes(metrics));
    }

    /** Kinds of the facts that are made here. */
    public Set<FactKind> kinds() {
        return assemblers.keySet();
    }

    /** All subjects that may have a fact of this kind. */
    public Stream<Subject> subjects(FactKind kind) {
        return assemblers.get(kind).subjects(cluster);
    }

    /** The fact of a subject as of now; empty when there is no such subject, or nothing to be said of it. */
    public Optional<SpecificRecord> fact(Subject subject, Origin origin) {
        return assemblers.get(subject.kind()).assemble(subject, cluster, origin);
    }
}
