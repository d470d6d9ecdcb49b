package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * One xDS resource of a dump.
 *
 * @param hash of its content
 * @param edsName under which name a cluster of type EDS asks for its endpoints; null for everything else
 */
record Resource(String name, long hash, String edsName) {
    /** A cluster, listener or route configuration: the hash is of everything in it. */
    static Resource other(JsonCursor json) throws IOException, UnreadablePageException {
        String[] name = {""};
        String[] serviceName = {null};
        boolean[] eds = {false};
        long hash = CanonicalHash.object(json, (key, value) -> switch (key) {
            case "name" -> {
                name[0] = value.textOrEmpty();
                yield CanonicalHash.value(key, value);
            }
            case "type" -> {
                eds[0] |= "EDS".equals(value.text());
                yield CanonicalHash.value(key, value);
            }
            case "edsclusterconfig" ->
                CanonicalHash.object(value, (inner, config) -> {
                    if (inner.equals("servicename")) {
                        serviceName[0] = config.textOrNull();
                    }
                    return CanonicalHash.value(inner, config);
                });
            default -> CanonicalHash.value(key, value);
        });
        return new Resource(name[0], hash, eds[0] ? serviceName[0] == null ? name[0] : serviceName[0] : null);
    }

    /**
     * A ClusterLoadAssignment: the hash is of the set of its addresses. Envoy does not keep what istiod sent, its dump is made of the live hosts: with
     * the health it found itself, weights filled in and duplicates dropped.
     */
    static Resource assignment(JsonCursor json) throws IOException, UnreadablePageException {
        String[] name = {""};
        Set<Long> addresses = new HashSet<>();
        json.fields(key -> {
            switch (key) {
                case "clustername" -> name[0] = json.textOrEmpty();
                case "endpoints" ->
                    json.elements(() -> json.fields(locality -> {
                        if (locality.equals("lbendpoints")) {
                            json.elements(() -> endpoint(json, addresses));
                        }
                    }));
                default -> {}
            }
        });
        return new Resource(
                name[0],
                CanonicalHash.mix(
                        addresses.size(),
                        addresses.stream().mapToLong(Long::longValue).sum()),
                null);
    }

    private static void endpoint(JsonCursor json, Set<Long> addresses) throws IOException, UnreadablePageException {
        json.fields(key -> {
            if (key.equals("endpoint")) {
                json.fields(inner -> {
                    if (inner.equals("address")) {
                        addresses.add(CanonicalHash.value("", json));
                    }
                });
            }
        });
    }
}
