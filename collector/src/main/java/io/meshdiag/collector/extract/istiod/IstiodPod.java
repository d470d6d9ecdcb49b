package io.meshdiag.collector.extract.istiod;

/**
 * The istiod replica that a page comes from.
 *
 * @param namespace of the pod
 * @param name of the pod
 */
public record IstiodPod(String namespace, String name) {}
