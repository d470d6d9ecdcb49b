package io.meshdiag.collector.vm.read;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** Programs of the machine that only look. */
@FunctionalInterface
public interface Commands {
    /**
     * What a program prints. Its end without exit code 0, too much output and too much time all end the stream with an {@link UnreadException}.
     *
     * @param command name and arguments; the name without a path
     * @param maxBytes of its output
     * @throws UnreadException when the machine has no such program, or it cannot be started
     */
    InputStream run(List<String> command, long maxBytes, Duration within) throws UnreadException;
}
