package io.meshdiag.collector.extract.kubernetes;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** ServiceEntries that select pods, by namespace/name. */
final class PodSelectors {
    private final Map<String, PodSelector> all = new TreeMap<>();

    /** @param selector null = there is no such ServiceEntry, or it selects nothing */
    void put(String key, PodSelector selector, Changes changes) {
        PodSelector before = selector == null ? all.remove(key) : all.put(key, selector);
        if (!Objects.equals(before, selector)) {
            Stream.of(before, selector).filter(Objects::nonNull).forEach(changes::selector);
        }
    }

    Collection<PodSelector> all() {
        return all.values();
    }
}
