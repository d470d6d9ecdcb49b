package io.meshdiag.processor.correlate;

import io.meshdiag.processor.ProcessorMetrics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Which scopes of a task wait to be judged: changed since the last time, or due by the clock. Kept in memory only, since after a restart every
 * scope is judged once.
 */
public final class DirtyScopes {
    private final ProcessorMetrics metrics;
    private final Set<String> dirty = new TreeSet<>();
    private final Map<String, Instant> due = new HashMap<>();

    public DirtyScopes(ProcessorMetrics metrics) {
        this.metrics = metrics;
    }

    /** Something changed in this scope. */
    public void mark(String scope) {
        if (dirty.add(scope)) {
            metrics.scopeMarked();
        }
    }

    /** Judge again at this time, if nothing changes before; replaces what was agreed earlier. */
    public void judgeAgain(String scope, Optional<Instant> at) {
        at.ifPresentOrElse(time -> due.put(scope, time), () -> due.remove(scope));
    }

    /** Hands every waiting scope to the judge once. */
    public void drain(Instant now, Consumer<String> judge) {
        due.entrySet().stream()
                .filter(e -> !e.getValue().isAfter(now))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(scope -> {
                    due.remove(scope);
                    mark(scope);
                });
        for (String scope : Set.copyOf(dirty).stream().sorted().toList()) {
            judge.accept(scope);
            dirty.remove(scope);
            // After everything that follows was sent: nothing is pending in between.
            metrics.scopeCleared();
        }
    }

    /** The task moves elsewhere; its waiting scopes are no longer ours. */
    public void close() {
        dirty.forEach(scope -> metrics.scopeCleared());
        dirty.clear();
        due.clear();
    }
}
