package io.meshdiag.simulator.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Keeps a cluster's objects as they are wanted: makes, changes and deletes only what differs, and only its own. */
final class AppliedObjects {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ApiServer api;
    private final Parallel parallel;
    private final Map<ApiObject.Key, ApiObject> applied = new ConcurrentHashMap<>();

    AppliedObjects(ApiServer api, Parallel parallel) {
        this.api = api;
        this.parallel = parallel;
    }

    void turnTo(Map<ApiObject.Key, ApiObject> wanted) {
        List<ApiObject.Key> gone = applied.keySet().stream()
                .filter(key -> !wanted.containsKey(key))
                .toList();
        parallel.each(gone, key -> {
            api.delete(key);
            applied.remove(key);
        });
        Map<Integer, List<ApiObject>> stages = wanted.values().stream()
                .collect(Collectors.groupingBy(object -> object.kind().stage(), TreeMap::new, Collectors.toList()));
        stages.values().forEach(stage -> parallel.each(stage, this::turnTo));
    }

    private void turnTo(ApiObject object) {
        ApiObject before = applied.get(object.key());
        if (before != null && before.replacedBy(object)) {
            api.delete(object.key());
            before = null;
        }
        if (before == null) {
            if (api.create(object)) {
                applied.put(object.key(), object);
            }
            return;
        }
        Map<String, Object> change = ApiObject.patch(before.body(), object.body());
        if (!change.isEmpty()) {
            api.patch(object, change);
        }
        Map<String, Object> status = ApiObject.patch(before.status(), object.status());
        if (!status.isEmpty()) {
            api.patchStatus(object, Map.of("status", status));
        }
        applied.put(object.key(), object);
    }

    /** Deletes everything that a simulator ever made here, also one that was killed; returns when it is gone. */
    void sweep() {
        applied.clear();
        List<ResourceKind> latestFirst = new ArrayList<>(ResourceKind.ALL);
        Collections.reverse(latestFirst);
        latestFirst.forEach(kind -> api.sweep(kind, parallel));
        long end = System.nanoTime() + PATIENCE.toNanos();
        Set<ResourceKind> left = new HashSet<>(latestFirst);
        while (true) {
            left.removeIf(api::swept);
            if (left.isEmpty()) {
                return;
            }
            // Pods that the garbage collector asked to end politely wait for a kubelet.
            left.forEach(kind -> api.sweep(kind, parallel));
            if (System.nanoTime() > end) {
                throw new IllegalStateException("The API server still has objects of the simulator: " + left);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while objects were deleted", e);
        }
    }
}
