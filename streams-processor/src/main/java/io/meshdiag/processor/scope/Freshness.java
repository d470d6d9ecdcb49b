package io.meshdiag.processor.scope;

import io.meshdiag.fact.FactHeader;
import io.meshdiag.schema.Facts;
import org.apache.avro.specific.SpecificRecord;

/**
 * What an arriving fact is, next to the one that is known: last writer by observedAt wins, ties by content hash, so that any order of arrival
 * ends in the same row.
 */
enum Freshness {
    /** Says something new. */
    CHANGED,
    /** Says the same at a later time. */
    REFRESHED,
    /** Says nothing that is not known better. */
    OUTDATED;

    /** Compares; either side null when there is no fact. */
    static Freshness of(SpecificRecord known, SpecificRecord arriving) {
        if (known == null || arriving == null) {
            return known == arriving ? OUTDATED : CHANGED;
        }
        FactHeader old = Facts.header(known);
        FactHeader now = Facts.header(arriving);
        int later = now.getObservedAt().compareTo(old.getObservedAt());
        int hash = now.getContentHash().compareTo(old.getContentHash());
        if (hash == 0) {
            return later > 0 ? REFRESHED : OUTDATED;
        }
        return later > 0 || (later == 0 && hash > 0) ? CHANGED : OUTDATED;
    }
}
