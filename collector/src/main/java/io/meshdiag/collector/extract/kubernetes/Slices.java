package io.meshdiag.collector.extract.kubernetes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** EndpointSlices by their own keys, by Service, and by the pods that they name. */
final class Slices {
    private final Map<String, Slice> all = new HashMap<>();
    private final Map<String, Map<String, Slice>> byService = new HashMap<>();
    private final Map<String, Set<String>> byTarget = new HashMap<>();

    /** Returns what was known of the slice before; null = nothing. */
    Slice put(String key, Slice slice) {
        Slice before = all.get(key);
        if (slice.equals(before)) {
            return before;
        }
        remove(key);
        all.put(key, slice);
        byService.computeIfAbsent(slice.service(), s -> new TreeMap<>()).put(key, slice);
        slice.targets().keySet().forEach(target -> byTarget.computeIfAbsent(target, t -> new HashSet<>(2))
                .add(key));
        return before;
    }

    /** Returns what was known of the slice; null = nothing. */
    Slice remove(String key) {
        Slice before = all.remove(key);
        if (before != null) {
            byService.computeIfPresent(before.service(), (service, slices) -> {
                slices.remove(key);
                return slices.isEmpty() ? null : slices;
            });
            before.targets()
                    .keySet()
                    .forEach(target -> byTarget.computeIfPresent(target, (t, keys) -> {
                        keys.remove(key);
                        return keys.isEmpty() ? null : keys;
                    }));
        }
        return before;
    }

    /** Endpoints of a Service (namespace/name); null when it has no slice at all. */
    Endpoints of(String service) {
        Map<String, Slice> slices = byService.get(service);
        return slices == null ? null : Endpoints.of(slices.values());
    }

    /** Services whose endpoints name a pod, both as namespace/name. */
    Set<String> servicesOf(String pod) {
        return byTarget.getOrDefault(pod, Set.of()).stream()
                .map(key -> all.get(key).service())
                .collect(Collectors.toSet());
    }
}
