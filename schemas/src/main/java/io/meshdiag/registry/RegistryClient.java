package io.meshdiag.registry;

import org.apache.avro.Schema;

/**
 * What a program asks of a schema registry. Implementations are thread safe.
 *
 * <p>Every method throws {@link RegistryUnreachableException} when no answer came (trying later may help), and {@link RegistryException}
 * when the registry answered no (trying again does not help).
 */
public interface RegistryClient {
    /** Registers a schema as the subject's next version; a schema that is there already keeps its id. */
    int register(String subject, Schema schema);

    /** The schema that an id stands for. */
    Schema schemaById(int id);

    /** Id of a schema that is registered under the subject. */
    int lookup(String subject, Schema schema);

    /** The subject's newest version. */
    RegisteredSchema latest(String subject);

    /** The level in force for a subject: its own, or else the registry's. */
    Compatibility compatibility(String subject);

    /** Sets the subject's own level. */
    void setCompatibility(String subject, Compatibility level);
}
