package io.meshdiag.collector.archive;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.FactReceiver;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** Publishes facts and counts their subjects: a subject that two pages show is one row at the reader, so it counts once. */
final class CountedFacts implements FactSink {
    private final FactReceiver receiver;
    /** 64 bits of each key's SHA-256: a hundred thousand keys in a few megabytes, without collisions to be feared. */
    private final Set<Long> keys = new HashSet<>();

    private final Map<String, Long> byKind = new TreeMap<>();
    private long accepted;
    private long refused;
    private String firstRefused;

    CountedFacts(FactReceiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public void accept(SpecificRecord fact) {
        FactKey key = Facts.key(fact);
        if (receiver.publish(fact) == FactPublisher.Outcome.REFUSED) {
            refused++;
            if (firstRefused == null) {
                firstRefused = Printable.shorten(key.toString(), 200);
            }
            return;
        }
        accepted++;
        byte[] digest = Digests.sha256(key.toString().getBytes(StandardCharsets.UTF_8));
        if (keys.add(ByteBuffer.wrap(digest).getLong())) {
            byKind.merge(key.kind().segment(), 1L, Long::sum);
        }
    }

    /** Subjects by kind, sorted. */
    Map<String, Long> byKind() {
        return new TreeMap<>(byKind);
    }

    long accepted() {
        return accepted;
    }

    long refused() {
        return refused;
    }

    /** Key of the first fact that was too large; null when none was. */
    String firstRefused() {
        return firstRefused;
    }
}
