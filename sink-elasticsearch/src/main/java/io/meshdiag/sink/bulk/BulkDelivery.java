package io.meshdiag.sink.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.sink.store.BulkTransport;
import io.meshdiag.sink.store.StoreResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings writes to the store and settles each by its own answer: nothing is dropped, nothing that succeeded is sent again, nothing overtakes an earlier
 * write of the same document. Ready-made bulk helpers do less (docs/decisions/0006-own-bulk-accounting.md).
 *
 * <p>Belongs to one thread: answers arrive on the transport's threads but are worked off in {@link #step}.
 */
public final class BulkDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(BulkDelivery.class);

    private record Arrival(List<Item> batch, StoreResponse response, Exception failure, long nanos) {}

    private final BulkTransport store;
    private final BulkLimits limits;
    private final Backoff backoff;
    private final SinkMetrics metrics;
    private final Lanes lanes = new Lanes();
    private final Gate gate;
    private final StoreState state = new StoreState();
    private final Deque<List<Item>> halves = new ArrayDeque<>();
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private int inFlight;

    public BulkDelivery(BulkTransport store, BulkLimits limits, Backoff backoff, SinkMetrics metrics) {
        this.store = store;
        this.limits = limits;
        this.backoff = backoff;
        this.metrics = metrics;
        gate = new Gate(backoff);
    }

    /** Takes a write over. The caller looks at {@link #full} first; nothing is refused here. */
    public void add(Write write, Ticket ticket) {
        lanes.add(new Item(write, ticket), System.nanoTime());
    }

    /** Works off the answers that are there, then sends what is due. Never blocks. */
    public void step() {
        for (Arrival arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            settle(arrival);
        }
        long now = System.nanoTime();
        int allowed = gate.allowed(limits.inFlight(), now);
        while (inFlight < allowed && !halves.isEmpty()) {
            send(halves.removeFirst());
        }
        while (inFlight < allowed
                && lanes.due(limits.items(), limits.bytes(), limits.linger().toNanos(), now)) {
            List<Item> batch = lanes.take(limits.items(), limits.bytes(), now);
            if (batch.isEmpty()) {
                break;
            }
            send(batch);
        }
        state.holding(gate.reason());
        if (!lanes.repeating()) {
            state.items("");
        }
    }

    /** Waits for an answer, at most so long; {@link #step} works it off. */
    public void awaitAnswer(Duration atMost) throws InterruptedException {
        if (inFlight > 0 && arrivals.isEmpty()) {
            Arrival arrival = arrivals.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            if (arrival != null) {
                arrivals.add(arrival);
            }
        }
    }

    /** True when no more should be added until {@link #roomy}. */
    public boolean full() {
        return lanes.bytes() >= limits.heldBytes();
    }

    /** True when there is room for a batch again. */
    public boolean roomy() {
        return lanes.bytes() <= limits.heldBytes() - limits.bytes();
    }

    /** True when nothing waits and nothing is under way. */
    public boolean idle() {
        return lanes.isEmpty();
    }

    /** Requests under way. */
    public int inFlight() {
        return inFlight;
    }

    /** Bytes of writes that are not settled. */
    public long bytes() {
        return lanes.bytes();
    }

    /** Whether the store takes what we send. */
    public StoreState state() {
        return state;
    }

    private void send(List<Item> batch) {
        inFlight++;
        int size = batch.stream().mapToInt(Item::bytes).sum();
        ByteBuffer body = ByteBuffer.allocate(size);
        batch.forEach(item -> body.put(item.write().lines()));
        long start = System.nanoTime();
        store.bulk(
                body.array(),
                (response, failure) -> arrivals.add(new Arrival(batch, response, failure, System.nanoTime() - start)));
    }

    private void settle(Arrival arrival) {
        inFlight--;
        metrics.request(arrival.nanos());
        List<Item> batch = arrival.batch();
        if (arrival.failure() != null) {
            String kind = arrival.failure().getClass().getSimpleName();
            hold(
                    batch,
                    new Answer(
                            Verdict.RETRY,
                            kind,
                            String.valueOf(arrival.failure().getMessage())));
            return;
        }
        StoreResponse response = arrival.response();
        JsonNode items = response.ok() ? response.json().path("items") : null;
        if (items != null && items.isArray() && items.size() == batch.size()) {
            settleEach(batch, items);
        } else if (response.ok()) {
            hold(batch, new Answer(Verdict.RETRY, "not_a_bulk_answer", "something else than the store has answered"));
        } else {
            settleWhole(batch, Answer.ofRequest(response));
        }
    }

    private void settleWhole(List<Item> batch, Answer answer) {
        if (answer.verdict() != Verdict.SPLIT) {
            hold(batch, answer);
        } else if (batch.size() > 1) {
            int middle = batch.size() / 2;
            halves.addFirst(batch.subList(middle, batch.size()));
            halves.addFirst(batch.subList(0, middle));
        } else {
            refuse(batch.get(0), answer);
        }
    }

    /** The whole request failed: all of it again, and nothing else until the store answers. */
    private void hold(List<Item> batch, Answer answer) {
        long now = System.nanoTime();
        gate.failed(answer, now);
        batch.forEach(item -> {
            metrics.again(answer.reason());
            lanes.again(item, now);
        });
        LOGGER.atDebug()
                .addKeyValue("reason", answer.reason())
                .addKeyValue("detail", answer.detail())
                .log("bulk request failed");
    }

    private void settleEach(List<Item> batch, JsonNode items) {
        long now = System.nanoTime();
        Answer blocked = null;
        String busy = "";
        for (int i = 0; i < batch.size(); i++) {
            Item item = batch.get(i);
            Answer answer = Answer.ofItem(items.get(i));
            switch (answer.verdict()) {
                case DONE -> {
                    lanes.settle(item, now);
                    metrics.done();
                    item.ticket().done();
                }
                case REFUSED, SPLIT -> refuse(item, answer);
                case RETRY -> {
                    busy = answer.reason();
                    metrics.again(answer.reason());
                    lanes.again(item, now + backoff.nanos(item.nextAttempt()));
                }
                case BLOCKED -> {
                    blocked = answer;
                    // Stays when another index takes documents meanwhile, which opens the gate.
                    busy = answer.reason();
                    metrics.again(answer.reason());
                    lanes.again(item, now);
                }
            }
        }
        if (blocked == null) {
            gate.succeeded();
        } else {
            gate.failed(blocked, now);
        }
        if (!busy.isEmpty()) {
            state.items(busy);
        }
    }

    private void refuse(Item item, Answer answer) {
        gate.succeeded();
        lanes.settle(item, System.nanoTime());
        item.ticket().refused(DeadLetterReason.REFUSED_BY_STORE, answer.detail());
    }
}
