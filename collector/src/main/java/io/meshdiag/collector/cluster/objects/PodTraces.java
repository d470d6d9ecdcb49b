package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.extract.kubernetes.Inventory;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Book;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What others than the watches told of pods: dumps of proxies, pages of istiods, logs. They cannot tell that a pod is gone; the watch does. A proxy's
 * status is istiod's to take back, for it may belong to another cluster's pod.
 */
final class PodTraces {
    private static final Set<String> LOGS = Set.of("proxy", "istiod", "cni");

    private final Book book;
    /** Mesh and cluster of all keys here. */
    private final FactKey cluster;

    PodTraces(Book book, FactKey cluster) {
        this.book = book;
        this.cluster = cluster;
    }

    /** A pod was deleted. */
    void gone(Pod pod) {
        String namespace = pod.namespace();
        String name = pod.name();
        gone(FactKind.PROXY_CONFIG, namespace, name);
        gone(FactKind.CONFIG_DRIFT, namespace, name);
        gone(FactKind.TRUST_BUNDLE, TrustHolder.PROXY.name(), namespace, name);
        LOGS.forEach(component -> gone(FactKind.LOG_SIGNALS, component, namespace, name));
        if (pod.istiod()) {
            gone(FactKind.ISTIOD_INSTANCE, namespace, name);
            gone(FactKind.REMOTE_CLUSTER_STATUS, namespace, name);
            gone(FactKind.NETWORK_GATEWAYS, namespace, name);
            gone(FactKind.SERVICE_REGISTRY, namespace, name);
            book.gone(key -> ours(key) && name.equals(istiod(key)));
        }
    }

    private void gone(FactKind kind, String... subject) {
        book.gone(new FactKey(cluster.mesh(), cluster.cluster(), kind, List.of(subject)));
    }

    /** All pods are known: what was told of others is gone. */
    void sweep(Inventory pods) {
        Set<String> istiods = pods.istiods().map(Pod::name).collect(Collectors.toSet());
        Predicate<FactKey> orphan = key -> {
            String pod = pod(key);
            String istiod = istiod(key);
            return (pod != null && pods.pod(pod) == null) || (istiod != null && !istiods.contains(istiod));
        };
        book.gone(key -> ours(key) && orphan.test(key));
    }

    boolean ours(FactKey key) {
        return key.cluster().equals(cluster.cluster()) && key.mesh().equals(cluster.mesh());
    }

    /** The pod that a key is about, as namespace/name; null when it is about something else. */
    private static String pod(FactKey key) {
        List<String> subject = key.subject();
        return switch (key.kind()) {
            case PROXY_CONFIG,
                    CONFIG_DRIFT,
                    ISTIOD_INSTANCE,
                    REMOTE_CLUSTER_STATUS,
                    NETWORK_GATEWAYS,
                    SERVICE_REGISTRY -> subject.get(0) + "/" + subject.get(1);
            case TRUST_BUNDLE ->
                subject.get(0).equals(TrustHolder.PROXY.name()) ? subject.get(1) + "/" + subject.get(2) : null;
            case LOG_SIGNALS -> LOGS.contains(subject.get(0)) ? subject.get(1) + "/" + subject.get(2) : null;
            default -> null;
        };
    }

    /** The istiod that told it, by its pod's name alone; null when none did. */
    private static String istiod(FactKey key) {
        return switch (key.kind()) {
            case PROXY_STATUS, ENDPOINT_SHARDS -> key.subject().get(2);
            default -> null;
        };
    }
}
