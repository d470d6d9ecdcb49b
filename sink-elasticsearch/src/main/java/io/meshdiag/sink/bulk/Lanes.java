package io.meshdiag.sink.bulk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Writes that wait, in one lane per document: only the first of a lane may be under way, so a document's writes keep their order even when one of them
 * has to be sent again, and the other documents need not wait for it.
 */
final class Lanes {
    private record Key(String index, String id) {}

    /** @param since when it came to the front, or when it may be sent again */
    private record Front(Item item, long since) {}

    private final Map<Key, Deque<Item>> lanes = new HashMap<>();
    private final Deque<Front> ready = new ArrayDeque<>();
    private final PriorityQueue<Front> later = new PriorityQueue<>(Comparator.comparingLong(Front::since));
    private final Set<Item> repeated = Collections.newSetFromMap(new IdentityHashMap<>());
    private long readyBytes;
    private long bytes;

    /** Adds a write at the end of its document's lane. */
    void add(Item item, long now) {
        Deque<Item> lane = lanes.computeIfAbsent(key(item), key -> new ArrayDeque<>(1));
        lane.addLast(item);
        bytes += item.bytes();
        if (lane.size() == 1) {
            toTheFront(item, now);
        }
    }

    /** Takes what may be sent now, oldest first, within the limits but at least one; the lanes stay closed until {@link #settle} or {@link #again}. */
    List<Item> take(int maxItems, int maxBytes, long now) {
        wake(now);
        List<Item> batch = new ArrayList<>();
        long size = 0;
        while (!ready.isEmpty() && batch.size() < maxItems) {
            Item item = ready.getFirst().item();
            if (!batch.isEmpty() && size + item.bytes() > maxBytes) {
                break;
            }
            ready.removeFirst();
            readyBytes -= item.bytes();
            if (item.ticket().wanted()) {
                size += item.bytes();
                batch.add(item);
            } else {
                settle(item, now);
            }
        }
        return batch;
    }

    /** The first write of a lane is over; the next may go. */
    void settle(Item item, long now) {
        Key key = key(item);
        Deque<Item> lane = lanes.get(key);
        lane.removeFirst();
        repeated.remove(item);
        bytes -= item.bytes();
        if (lane.isEmpty()) {
            lanes.remove(key);
        } else {
            toTheFront(lane.getFirst(), now);
        }
    }

    /** The first write of a lane has to be sent again, not before that time. */
    void again(Item item, long notBefore) {
        repeated.add(item);
        later.add(new Front(item, notBefore));
    }

    /** True when a batch is full or its oldest write has waited long enough. */
    boolean due(int items, int size, long lingerNanos, long now) {
        wake(now);
        return !ready.isEmpty()
                && (ready.size() >= items
                        || readyBytes >= size
                        || now - ready.getFirst().since() >= lingerNanos);
    }

    /** Bytes of all writes that are not settled, those under way included. */
    long bytes() {
        return bytes;
    }

    /** True when a write that had to be sent again is not settled yet, whether it waits or is under way. */
    boolean repeating() {
        return !repeated.isEmpty();
    }

    boolean isEmpty() {
        return lanes.isEmpty();
    }

    private void wake(long now) {
        while (!later.isEmpty() && later.peek().since() <= now) {
            toTheFront(later.poll().item(), now);
        }
    }

    private void toTheFront(Item item, long now) {
        ready.addLast(new Front(item, now));
        readyBytes += item.bytes();
    }

    private static Key key(Item item) {
        return new Key(item.write().index(), item.write().id());
    }
}
