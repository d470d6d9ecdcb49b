package io.meshdiag.collector.extract.kubernetes;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Services of one cluster with their endpoints; which of them changed, it notes. */
final class Services {
    private final Map<String, Service> all = new TreeMap<>();
    private final Map<String, Service> gateways = new TreeMap<>();
    private final Slices slices = new Slices();
    private final Changes changes;

    Services(Changes changes) {
        this.changes = changes;
    }

    void put(Service service) {
        if (service.equals(all.put(service.key(), service))) {
            return;
        }
        if (service.network() != null) {
            gateways.put(service.key(), service);
        } else {
            gateways.remove(service.key());
        }
        changes.service(service.key());
    }

    /** @param key namespace/name */
    void remove(String key) {
        all.remove(key);
        gateways.remove(key);
        changes.service(key);
    }

    /**
     * Takes a slice as it is now; its label may move it to another Service, or take it from all.
     *
     * @param slice null = it is gone
     */
    void slice(String key, Slice slice) {
        Slice before = slice == null ? slices.remove(key) : slices.put(key, slice);
        if (!Objects.equals(before, slice)) {
            Stream.of(before, slice)
                    .filter(Objects::nonNull)
                    .map(Slice::service)
                    .forEach(changes::service);
        }
    }

    Collection<Service> all() {
        return all.values();
    }

    /** By namespace/name; null when it was not seen. */
    Service get(String key) {
        return all.get(key);
    }

    /** Those that istiod takes for a network's gateway. */
    Stream<Service> gateways() {
        return gateways.values().stream();
    }

    /** Endpoints of a Service; null when it has none at all. */
    Endpoints endpoints(String service) {
        return slices.of(service);
    }

    /** Services whose endpoints name a pod, both as namespace/name. */
    Set<String> servicesOf(String pod) {
        return slices.servicesOf(pod);
    }
}
