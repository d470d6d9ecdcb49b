package io.meshdiag.processor.explain;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Subject;
import io.meshdiag.processor.detect.incident.FactorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that a finding may share with others.
 *
 * @param kind what it is
 * @param cluster where it is; empty for what is in several: a service, a resource, a network, a version
 * @param value its name; of an object its kind, then its namespace (where it has one) and name
 */
record Factor(FactorKind kind, String cluster, String value) {
    /** Kinds of subjects that somebody may have changed. Not what other factors cover (nodes, services, clusters), nor what nobody edits (pods, proxies). */
    private static final Set<String> OBJECTS = Set.of(
            "ClusterRole",
            "ConfigMap",
            "DaemonSet",
            "Deployment",
            "MutatingWebhookConfiguration",
            "Namespace",
            "ValidatingWebhookConfiguration",
            "WorkloadEntry");

    /** Kinds of objects whose names people choose, so that one name in several clusters is one manifest. */
    private static final Set<String> RESOURCES = Set.of(
            "AuthorizationPolicy",
            "DestinationRule",
            "EnvoyFilter",
            "Gateway",
            "RequestAuthentication",
            "ServiceEntry",
            "Sidecar",
            "Telemetry",
            "VirtualService",
            "WasmPlugin",
            "WorkloadGroup");

    /** All that a finding has. */
    static List<Factor> of(Finding finding, Fleet fleet) {
        Scope scope = finding.getScope();
        String only = scope.getClusters().size() == 1 ? scope.getClusters().get(0) : "";
        List<Factor> factors = new ArrayList<>();
        if (scope.getNode() != null) {
            factors.add(new Factor(FactorKind.NODE, only, scope.getNode()));
        }
        ClusterPair pair = scope.getPair();
        if (scope.getIstiod() != null) {
            // Of a pair, the istiod is the one that sees the other cluster, or does not.
            factors.add(new Factor(FactorKind.ISTIOD, pair == null ? only : pair.getFrom(), scope.getIstiod()));
        }
        if (pair != null) {
            factors.add(new Factor(FactorKind.DIRECTION, pair.getFrom(), pair.getTo()));
            factors.add(new Factor(FactorKind.TOWARDS, pair.getTo(), pair.getTo()));
            factors.add(new Factor(FactorKind.FROM, pair.getFrom(), pair.getFrom()));
        } else if (!only.isEmpty()) {
            factors.add(new Factor(FactorKind.CLUSTER, only, only));
        }
        if (scope.getService() != null) {
            factors.add(new Factor(FactorKind.SERVICE, "", scope.getNamespace() + "/" + scope.getService()));
        }
        objects(finding.getSubject()).forEach(factors::add);
        fleet.networks(finding).forEach(network -> factors.add(new Factor(FactorKind.NETWORK, "", network)));
        for (FactorKind kind : List.of(FactorKind.PROXY_VERSION, FactorKind.ISTIOD_VERSION)) {
            Fleet.versions(kind, finding.getVersions()).forEach(version -> factors.add(new Factor(kind, "", version)));
        }
        return factors;
    }

    private static List<Factor> objects(Subject subject) {
        boolean resource = RESOURCES.contains(subject.getKind());
        if (subject.getCluster() == null || !(resource || OBJECTS.contains(subject.getKind()))) {
            return List.of();
        }
        String name =
                subject.getNamespace() == null ? subject.getName() : subject.getNamespace() + "/" + subject.getName();
        String value = subject.getKind() + " " + name;
        Factor here = new Factor(FactorKind.OBJECT, subject.getCluster(), value);
        // What a rule found missing, or names by a habit of Istio's, has no time of its own.
        return resource && subject.getChangedAt() != null
                ? List.of(here, new Factor(FactorKind.RESOURCE, "", value))
                : List.of(here);
    }

    /**
     * How many values of this kind there are at least.
     *
     * @param known values that findings name
     * @param clusters clusters that findings name
     */
    int choices(int known, int clusters) {
        return switch (kind) {
            case CLUSTER, TOWARDS, FROM -> Math.max(1, clusters);
            case DIRECTION -> Math.max(1, clusters * (clusters - 1));
            // A rule may always name the same object of a cluster: then it tells no more than the cluster.
            case OBJECT -> Math.max(known, clusters);
            // People chose the name: had each cluster its own cause, there would be as many.
            case RESOURCE -> Math.max(Math.max(2, known), clusters);
            // One that nothing else is told apart from may still be one of two.
            case NODE, ISTIOD, SERVICE -> Math.max(2, known);
            case NETWORK, PROXY_VERSION, ISTIOD_VERSION ->
                throw new IllegalStateException(kind + " has odds of its own");
        };
    }

    /** Part of the identity of a suspicion. */
    String key() {
        return kind + "|" + cluster + "|" + value;
    }

    /** For people. */
    String text() {
        return switch (kind) {
            case NODE -> "node " + value + " of " + cluster;
            case ISTIOD -> "istiod " + value + " of " + cluster;
            case OBJECT -> "the " + value + " of " + cluster;
            case RESOURCE -> "the " + value;
            case DIRECTION -> "the direction from " + cluster + " to " + value;
            case SERVICE -> "the service " + value;
            case TOWARDS -> "the cluster " + value + ", towards which they are seen";
            case FROM -> "the cluster " + value + ", from which they are seen";
            case CLUSTER -> "the cluster " + value;
            case NETWORK -> "the network " + value;
            case PROXY_VERSION -> "version " + value + " of the proxies";
            case ISTIOD_VERSION -> "version " + value + " of istiod";
        };
    }

    /** Where it is. */
    Scope scope(String mesh, List<String> clustersOfAll) {
        Scope.Builder scope = Scope.newBuilder().setMesh(mesh);
        return switch (kind) {
            case NODE -> scope.setClusters(here()).setNode(value).build();
            case ISTIOD -> scope.setClusters(here()).setIstiod(value).build();
            case DIRECTION ->
                scope.setClusters(List.of(cluster, value).stream().sorted().toList())
                        .setPair(new ClusterPair(cluster, value))
                        .build();
            case SERVICE ->
                scope.setClusters(clustersOfAll)
                        .setNamespace(value.substring(0, value.indexOf('/')))
                        .setService(value.substring(value.indexOf('/') + 1))
                        .build();
            case NETWORK -> scope.setClusters(clustersOfAll).setNetwork(value).build();
            case RESOURCE, PROXY_VERSION, ISTIOD_VERSION ->
                scope.setClusters(clustersOfAll).build();
            case OBJECT, TOWARDS, FROM, CLUSTER -> scope.setClusters(here()).build();
        };
    }

    private List<String> here() {
        return Optional.of(cluster).filter(id -> !id.isEmpty()).map(List::of).orElse(List.of());
    }
}
