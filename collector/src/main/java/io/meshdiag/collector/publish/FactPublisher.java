package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** Where facts go. Not thread-safe unless an implementation says so. */
public interface FactPublisher extends FactReceiver, AutoCloseable {
    /** What became of a fact. */
    enum Outcome {
        SENT,
        /** Its lists were dropped and it says so itself, because it was larger than a record may be. */
        REDUCED,
        /** It was not sent: it is larger than a record may be and cannot be reduced. */
        REFUSED
    }

    /**
     * Publishes a fact under its key, at its observedAt.
     *
     * @throws PublishException when an earlier fact could not be delivered, or this one cannot be written
     */
    @Override
    Outcome publish(SpecificRecord fact);

    /** Says that a subject is gone. */
    void tombstone(FactKey key);

    /**
     * Returns when all that was published is stored.
     *
     * @throws PublishException when any of it could not be delivered
     */
    void flush();

    /**
     * Waits for what was published of one cluster until now. Where {@link #flush} waits for as long as it takes, this is the same.
     *
     * @param clusterKey see {@link FactKey#clusterKey}
     * @return by kind, how many subjects' latest levels are still not stored; empty when all are
     */
    default Map<FactKind, Long> flush(String clusterKey, Duration atMost) throws InterruptedException {
        flush();
        return Map.of();
    }

    /**
     * Levels of one kind that are not stored yet.
     *
     * @param subjects how many
     * @param oldest how long the oldest of them has been waiting
     */
    record Backlog(long subjects, Duration oldest) {
        Backlog and(Backlog other) {
            return new Backlog(subjects + other.subjects, oldest.compareTo(other.oldest) > 0 ? oldest : other.oldest);
        }
    }

    /** What was published of one cluster and is not stored yet; nothing where publishing waits for it. */
    default SortedMap<FactKind, Backlog> backlog(String clusterKey) {
        return new TreeMap<>();
    }

    @Override
    void close();
}
