package io.meshdiag.collector.cluster.objects;

import io.meshdiag.schema.FactKind;
import java.util.List;
import java.util.Map;

/**
 * What a kind of joined fact is made of.
 *
 * @param all without all objects of these kinds the fact would say something that is not so, for example that a Service has no endpoint
 * @param known these are waited for, but where they cannot be read the fact is told without them
 */
record Needs(List<String> all, List<String> known) {
    private static final Map<FactKind, Needs> OF = Map.of(
            FactKind.CLUSTER_PROFILE,
            new Needs(List.of(), List.of("namespaces", "nodes", "pods", "deployments", "configmaps", "secrets")),
            FactKind.NAMESPACE_PROFILE,
            new Needs(List.of("namespaces"), List.of("pods")),
            FactKind.WORKLOAD,
            new Needs(List.of("pods"), List.of("namespaces")),
            FactKind.SERVICE_ENDPOINTS,
            new Needs(List.of("services", "endpointslices"), List.of("pods", "namespaces", "deployments")),
            FactKind.GATEWAY,
            new Needs(List.of("services", "endpointslices"), List.of("nodes")),
            FactKind.SELECTED_PODS,
            new Needs(List.of("pods", "serviceentries"), List.of()),
            FactKind.CNI_NODE,
            new Needs(List.of("nodes", "pods"), List.of("daemonsets")));

    static Needs of(FactKind kind) {
        return OF.get(kind);
    }

    /** The facts can be made. */
    boolean met(Listings listings) {
        return all.stream().allMatch(listings::complete) && known.stream().allMatch(listings::decided);
    }

    /** The facts can be made, or never will be: some kind that they need cannot be read. */
    boolean decided(Listings listings) {
        return all.stream().allMatch(listings::decided) && known.stream().allMatch(listings::decided);
    }

    /** What the facts are made of is still watched. */
    boolean current(Listings listings) {
        return all.stream().allMatch(listings::current)
                && known.stream().filter(listings::complete).allMatch(listings::current);
    }
}
