package io.meshdiag.standalone.live;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;

/** What readers would know: the last fact of every subject, and the subjects that are gone. */
public final class RememberedFacts implements FactPublisher {
    private final Map<FactKey, SpecificRecord> facts = new ConcurrentHashMap<>();
    private final Set<FactKey> tombstones = ConcurrentHashMap.newKeySet();

    public Map<FactKey, SpecificRecord> facts() {
        return facts;
    }

    /** Subjects that were ever said to be gone. */
    Set<FactKey> tombstones() {
        return tombstones;
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        facts.put(Facts.key(fact), fact);
        return Outcome.SENT;
    }

    @Override
    public void tombstone(FactKey key) {
        facts.remove(key);
        tombstones.add(key);
    }

    @Override
    public void flush() {
        // Everything is there at once.
    }

    @Override
    public void close() {}
}
