package io.meshdiag.collector.extract.kubernetes;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Endpoints of one Service from all its EndpointSlices (or, in older archives, its Endpoints object), each counted once: a dual-stack pod
 * stands in two slices and is still one endpoint.
 *
 * @param targets key: the pod as namespace/name, or the address where no pod is named; value: whether it is ready
 */
record Endpoints(Map<String, Boolean> targets) {
    static final Endpoints NONE = new Endpoints(Map.of());

    /** An endpoint is ready when any slice says so. */
    static Endpoints of(Collection<Slice> slices) {
        if (slices.size() == 1) {
            return new Endpoints(slices.iterator().next().targets());
        }
        Map<String, Boolean> merged = new HashMap<>();
        slices.forEach(
                slice -> slice.targets().forEach((target, ready) -> merged.merge(target, ready, Boolean::logicalOr)));
        return new Endpoints(merged);
    }

    int ready() {
        return (int) targets.values().stream().filter(r -> r).count();
    }

    int notReady() {
        return targets.size() - ready();
    }
}
