package io.meshdiag.registry;

import org.apache.kafka.common.errors.RetriableException;

/** No registry answered in time, or all were out of order: says nothing about the record; the same call may succeed later. */
public final class RegistryUnreachableException extends RetriableException {
    private static final long serialVersionUID = 1L;

    /** @param message which registries were tried, how often, and what happened last */
    public RegistryUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
