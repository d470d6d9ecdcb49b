package io.meshdiag.processor.read;

import io.meshdiag.schema.FactKey;
import org.apache.avro.specific.SpecificRecord;

/**
 * One subject as it is now.
 *
 * @param fact null when the subject is gone
 */
public record FactChange(FactKey key, SpecificRecord fact) {}
