package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.util.Comparator;
import java.util.List;

/**
 * What a fact that joins objects is about.
 *
 * @param namespace empty for what is in no namespace
 * @param name empty for the cluster itself
 */
public record Subject(FactKind kind, String namespace, String name) implements Comparable<Subject> {
    private static final Comparator<Subject> ORDER = Comparator.comparing(Subject::kind)
            .thenComparing(Subject::namespace)
            .thenComparing(Subject::name);

    static final Subject CLUSTER = new Subject(FactKind.CLUSTER_PROFILE, "", "");

    /** A subject in a namespace, by namespace/name. */
    static Subject of(FactKind kind, String key) {
        int slash = key.indexOf('/');
        return new Subject(kind, key.substring(0, slash), key.substring(slash + 1));
    }

    static Subject ofNamespace(String name) {
        return new Subject(FactKind.NAMESPACE_PROFILE, "", name);
    }

    public static Subject ofNode(String name) {
        return new Subject(FactKind.CNI_NODE, "", name);
    }

    /** namespace/name: key of the object behind it in an inventory. */
    String objectKey() {
        return namespace + "/" + name;
    }

    /** Key of its fact. */
    public FactKey key(Origin origin) {
        return new FactKey(
                origin.meshId(), FactKey.clusterSegment(origin.clusterId(), origin.clusterUid()), kind, path());
    }

    private List<String> path() {
        return switch (kind) {
            case CLUSTER_PROFILE -> List.of();
            case NAMESPACE_PROFILE, CNI_NODE -> List.of(name);
            default -> List.of(namespace, name);
        };
    }

    @Override
    public int compareTo(Subject other) {
        return ORDER.compare(this, other);
    }
}
