package io.meshdiag.collector.cluster.watch;

import io.meshdiag.collector.extract.kubernetes.KubernetesObject;

/**
 * Takes what watches see. Calls about one kind come one after the other and in order; different kinds call at the same time.
 */
public interface ObjectListener {
    /** An object was created, or changed, or is told again after a new list. */
    void changed(WatchedKind kind, KubernetesObject object);

    /** An object is gone; namespace is empty for cluster-scoped kinds. */
    void deleted(WatchedKind kind, String namespace, String name);

    /** A list of this kind ended: all that exists was told, and what vanished unseen was said to be deleted. */
    void listed(WatchedKind kind);

    /** The cluster does not serve this kind, or not any more (its CRD is gone): there are no such objects. */
    void notServed(WatchedKind kind);
}
