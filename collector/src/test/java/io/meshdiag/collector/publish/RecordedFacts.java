package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;

/** A publisher that keeps everything, in order. Thread-safe. */
public final class RecordedFacts implements FactPublisher {
    private final List<SpecificRecord> all = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public Outcome publish(SpecificRecord fact) {
        all.add(fact);
        calls.add(Facts.key(fact).kind().segment());
        return Outcome.SENT;
    }

    @Override
    public void tombstone(FactKey key) {
        calls.add("tombstone " + key);
    }

    @Override
    public void flush() {
        calls.add("flush");
    }

    @Override
    public void close() {}

    public List<SpecificRecord> all() {
        return all;
    }

    /** Segments of the facts and flushes, in the order of the calls. */
    public List<String> calls() {
        return calls;
    }

    /** The facts of one kind. */
    public <T> List<T> only(Class<T> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The only fact of one kind. */
    public <T> T one(Class<T> kind) {
        List<T> facts = only(kind);
        if (facts.size() != 1) {
            throw new AssertionError(facts.size() + " facts of " + kind.getSimpleName());
        }
        return facts.get(0);
    }

    /** What is left after compaction: the latest fact of every key. */
    public Map<String, SpecificRecord> latest() {
        Map<String, SpecificRecord> latest = new TreeMap<>();
        all.forEach(f -> latest.put(Facts.key(f).toString(), f));
        return latest;
    }
}
