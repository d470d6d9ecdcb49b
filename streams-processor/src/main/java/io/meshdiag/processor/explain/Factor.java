package io.meshdiag.processor.explain;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that a finding may share with others.
 *
 * @param kind what it is
 * @param cluster where it is; empty for a service, which is in several
 * @param value its name
 */
record Factor(Kind kind, String cluster, String value) {

    /** Most specific first: of what is shared by the same findings, the first says most. */
    enum Kind {
        NODE,
        ISTIOD,
        DIRECTION,
        SERVICE,
        TOWARDS,
        FROM,
        CLUSTER
    }

    /** All that a finding has. */
    static List<Factor> of(Finding finding) {
        Scope scope = finding.getScope();
        String only = scope.getClusters().size() == 1 ? scope.getClusters().get(0) : "";
        List<Factor> factors = new ArrayList<>();
        if (scope.getNode() != null) {
            factors.add(new Factor(Kind.NODE, only, scope.getNode()));
        }
        if (scope.getIstiod() != null) {
            factors.add(new Factor(Kind.ISTIOD, only, scope.getIstiod()));
        }
        ClusterPair pair = scope.getPair();
        if (pair != null) {
            factors.add(new Factor(Kind.DIRECTION, pair.getFrom(), pair.getTo()));
            factors.add(new Factor(Kind.TOWARDS, pair.getTo(), pair.getTo()));
            factors.add(new Factor(Kind.FROM, pair.getFrom(), pair.getFrom()));
        } else if (!only.isEmpty()) {
            factors.add(new Factor(Kind.CLUSTER, only, only));
        }
        if (scope.getService() != null) {
            factors.add(new Factor(Kind.SERVICE, "", scope.getNamespace() + "/" + scope.getService()));
        }
        return factors;
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
            // One that nothing else is told apart from may still be one of two.
            case NODE, ISTIOD, SERVICE -> Math.max(2, known);
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
            case DIRECTION -> "the direction from " + cluster + " to " + value;
            case SERVICE -> "the service " + value;
            case TOWARDS -> "the cluster " + value + ", towards which they are seen";
            case FROM -> "the cluster " + value + ", from which they are seen";
            case CLUSTER -> "the cluster " + value;
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
            case TOWARDS, FROM, CLUSTER -> scope.setClusters(here()).build();
        };
    }

    private List<String> here() {
        return Optional.of(cluster).filter(id -> !id.isEmpty()).map(List::of).orElse(List.of());
    }
}
