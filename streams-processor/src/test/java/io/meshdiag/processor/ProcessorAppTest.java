package io.meshdiag.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.registry.RegistryUnreachableException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class ProcessorAppTest {
    @Test
    void aRegistryThatIsAwayIsTriedAgain() {
        Throwable away = new StreamsException(new RegistryUnreachableException("no answer", null));

        assertThat(ProcessorApp.afterFailure(away)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
    }

    @Test
    void aBugEndsTheProcessor() {
        Throwable bug = new StreamsException(new IllegalStateException("a bug"));

        assertThat(ProcessorApp.afterFailure(bug)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    }
}
