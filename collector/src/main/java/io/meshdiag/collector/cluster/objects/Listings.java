package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.cluster.watch.WatchedKind;
import io.meshdiag.fact.SourceState;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which kinds were listed to their end: only then does it mean something that an object is not there. Not thread-safe. */
final class Listings {
    private final List<WatchedKind> watched;
    private final Function<WatchedKind, SourceState> state;
    private final Set<WatchedKind> listed = new HashSet<>();
    private final Set<WatchedKind> notServed = new HashSet<>();

    /** @param state how well a kind can be read at present */
    Listings(Collection<WatchedKind> watched, Function<WatchedKind, SourceState> state) {
        this.watched = List.copyOf(watched);
        this.state = state;
    }

    /** True the first time. */
    boolean listed(WatchedKind kind) {
        notServed.remove(kind);
        return listed.add(kind);
    }

    /** Nobody can say how many objects of such a kind there are. */
    void notServed(WatchedKind kind) {
        listed.remove(kind);
        notServed.add(kind);
    }

    /** All objects of a kind are known. */
    boolean complete(String plural) {
        return of(plural).stream().anyMatch(listed::contains)
                && of(plural).stream().allMatch(listed::contains);
    }

    /** All objects of a kind are known, or it is known that they will not be: waiting would be in vain. */
    boolean decided(String plural) {
        return of(plural).stream().allMatch(kind -> listed.contains(kind) || notServed.contains(kind) || denied(kind));
    }

    /** What is known of a kind is still true. */
    boolean current(String plural) {
        return of(plural).stream().allMatch(this::current);
    }

    boolean current(WatchedKind kind) {
        SourceState now = state.apply(kind);
        return now == SourceState.OK || now == SourceState.PARTIAL;
    }

    private boolean denied(WatchedKind kind) {
        SourceState now = state.apply(kind);
        return now == SourceState.FORBIDDEN || now == SourceState.DISABLED;
    }

    private List<WatchedKind> of(String plural) {
        return watched.stream().filter(kind -> kind.plural().equals(plural)).toList();
    }
}
