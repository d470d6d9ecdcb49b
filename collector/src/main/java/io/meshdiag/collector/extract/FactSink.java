package io.meshdiag.collector.extract;

import org.apache.avro.specific.SpecificRecord;

/** Takes facts one by one. */
@FunctionalInterface
public interface FactSink {
    void accept(SpecificRecord fact);
}
