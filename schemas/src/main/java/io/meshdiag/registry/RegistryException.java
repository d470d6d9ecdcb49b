package io.meshdiag.registry;

import org.apache.kafka.common.KafkaException;

/** The registry answered, and the answer was no. Asking again gives the same. */
public final class RegistryException extends KafkaException {
    private static final long serialVersionUID = 1L;

    /** No such subject. */
    public static final int SUBJECT_NOT_FOUND = 40401;
    /** The subject has no such version. */
    public static final int VERSION_NOT_FOUND = 40402;
    /** No such schema, as an id or under the subject. */
    public static final int SCHEMA_NOT_FOUND = 40403;
    /** The subject's compatibility level forbids the schema. */
    public static final int INCOMPATIBLE = 409;
    /** Not an Avro schema, or one that cannot be parsed. */
    public static final int INVALID_SCHEMA = 42201;
    /** Not a version number or "latest". */
    public static final int INVALID_VERSION = 42202;
    /** Not a compatibility level. */
    public static final int INVALID_LEVEL = 42203;

    private final int errorCode;

    /**
     * @param errorCode the registry's code; the HTTP status where the answer carried none
     * @param message what was attempted, what came back, what to do
     */
    public RegistryException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    /** The registry's error code; its first three digits are the HTTP status. */
    public int errorCode() {
        return errorCode;
    }

    /** HTTP status that goes with the code. */
    public int status() {
        return errorCode > 999 ? errorCode / 100 : errorCode;
    }
}
