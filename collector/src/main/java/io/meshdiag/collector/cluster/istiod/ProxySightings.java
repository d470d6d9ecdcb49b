package io.meshdiag.collector.cluster.istiod;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** This cluster's proxies as its istiods saw them last: which of them deserve a look of their own. Thread-safe. */
public interface ProxySightings {
    /** Sees nothing, for clusters without an istiod that can be asked. */
    ProxySightings NONE = List::of;

    /** Connected proxies, in the order of their names. */
    List<ProxySighting> all();

    /** Empty when no istiod that could be asked serves it. */
    default Optional<ProxySighting> of(String namespace, String name) {
        return all().stream()
                .filter(proxy ->
                        proxy.namespace().equals(namespace) && proxy.name().equals(name))
                .findFirst();
    }

    /**
     * Since when no istiod lists a proxy of that name, as the last two rounds showed in which every replica answered; empty when one lists it, or nobody
     * can tell. A proxy that is younger has not been missed twice.
     */
    default Optional<Instant> unlistedSince(String namespace, String name) {
        return Optional.empty();
    }
}
