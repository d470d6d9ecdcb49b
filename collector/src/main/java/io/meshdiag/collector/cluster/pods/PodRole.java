package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;

/** What a pod is to the collector. */
public enum PodRole {
    ISTIOD,
    PROXY,
    CNI;

    static PodRole of(Pod pod) {
        if ("istiod".equals(pod.app())) {
            return ISTIOD;
        }
        return pod.agent() ? CNI : PROXY;
    }
}
