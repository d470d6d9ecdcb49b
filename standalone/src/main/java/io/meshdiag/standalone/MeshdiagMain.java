package io.meshdiag.standalone;

import io.meshdiag.standalone.cli.Meshdiag;
import io.meshdiag.standalone.cli.Terminal;
import org.apache.kafka.common.utils.Exit;

/** Entry point of the {@code meshdiag} command. */
public final class MeshdiagMain {
    private MeshdiagMain() {}

    public static void main(String[] args) {
        // A broker that cannot use its folder any more halts the process, with a code that would read as "findings".
        Exit.setHaltProcedure((code, message) -> {
            System.err.println("meshdiag: the embedded Kafka server gave up, mostly because its temporary folder in "
                    + System.getProperty("java.io.tmpdir") + " is full or was removed");
            Runtime.getRuntime().halt(Meshdiag.FAILED);
        });
        System.exit(Meshdiag.run(Terminal.ofProcess(), System.getenv(), args));
    }
}
