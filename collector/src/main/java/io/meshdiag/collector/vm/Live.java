package io.meshdiag.collector.vm;

import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.UnreadException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** Opens a page on the machine. */
@FunctionalInterface
interface Live {
    /** Settings, certificates, tokens: what is larger is something else. */
    long MAX_FILE = 1 << 20;

    /** Rules of packet filters have grown to some megabytes. */
    long MAX_OUTPUT = 16 << 20;

    /** A command that takes longer hangs. */
    Duration LONGEST_COMMAND = Duration.ofSeconds(10);

    InputStream open(Machine machine) throws UnreadException;

    static Live file(String path) {
        return machine -> machine.files().open(path, MAX_FILE);
    }

    static Live command(String... command) {
        return machine -> machine.commands().run(List.of(command), MAX_OUTPUT, LONGEST_COMMAND);
    }

    /** @param path on loopback, with its query */
    static Live get(int port, String path, long maxBytes) {
        return machine -> machine.loopback().get(port, path, maxBytes);
    }
}
