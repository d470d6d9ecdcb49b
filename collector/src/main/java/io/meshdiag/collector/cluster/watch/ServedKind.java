package io.meshdiag.collector.cluster.watch;

/**
 * How a cluster serves a kind.
 *
 * @param version for example "v1beta1"
 * @param kind for example "VirtualService"
 */
record ServedKind(String version, String kind, boolean namespaced) {}
