package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKind;

/**
 * What is to be stored under a key.
 *
 * @param avro see {@link FactBytes}; null is a tombstone
 * @param timestamp of the record, milliseconds
 * @param refusals how often the brokers refused its timestamp
 */
@SuppressWarnings("ArrayRecordComponent") // levels are not compared
record Level(FactKind kind, String key, byte[] avro, long timestamp, int refusals) {
    /** With a timestamp that may be accepted. */
    Level at(long otherTimestamp) {
        return new Level(kind, key, avro, otherTimestamp, refusals + 1);
    }

    /** In a form that may be small enough. */
    Level smaller(byte[] otherAvro) {
        return new Level(kind, key, otherAvro, timestamp, refusals);
    }

    boolean tombstone() {
        return avro == null;
    }

    int bytes() {
        return key.length() + (avro == null ? 0 : avro.length);
    }
}
