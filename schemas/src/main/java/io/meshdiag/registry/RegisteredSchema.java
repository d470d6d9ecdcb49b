package io.meshdiag.registry;

import org.apache.avro.Schema;

/**
 * One version of a subject.
 *
 * @param subject what evolves together. Example: "meshdiag.findings-value"
 * @param version 1 for the first
 * @param id of the schema, the same under every subject
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
