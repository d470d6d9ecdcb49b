package io.meshdiag.simulator.serve;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object as it is sent to an API server.
 *
 * @param namespace empty = none
 * @param body without status
 * @param status empty = the server or a controller writes it
 */
record ApiObject(
        ResourceKind kind, String namespace, String name, Map<String, Object> body, Map<String, Object> status) {

    record Key(ResourceKind kind, String namespace, String name) {}

    Key key() {
        return new Key(kind, namespace, name);
    }

    String path() {
        return kind.path(namespace) + "/" + name;
    }

    /** Whether a change means another object: what a pod consists of is never changed. */
    boolean replacedBy(ApiObject next) {
        return kind.is("Pod") && !body.equals(next.body);
    }

    /** JSON merge patch (RFC 7386) from one tree to another; empty when they are equal. */
    static Map<String, Object> patch(Map<?, ?> from, Map<?, ?> to) {
        Map<String, Object> patch = new LinkedHashMap<>();
        from.keySet().stream().filter(key -> !to.containsKey(key)).forEach(key -> patch.put((String) key, null));
        to.forEach((key, value) -> {
            Object before = from.get(key);
            if (before instanceof Map<?, ?> old && value instanceof Map<?, ?> changed) {
                Map<String, Object> inner = patch(old, changed);
                if (!inner.isEmpty()) {
                    patch.put((String) key, inner);
                }
            } else if (!value.equals(before)) {
                patch.put((String) key, value);
            }
        });
        return patch;
    }
}
