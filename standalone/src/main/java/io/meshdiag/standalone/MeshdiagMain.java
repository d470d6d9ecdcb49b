package io.meshdiag.standalone;

import io.meshdiag.standalone.cli.Meshdiag;
import io.meshdiag.standalone.cli.Terminal;

/** Entry point of the {@code meshdiag} command. */
public final class MeshdiagMain {
    private MeshdiagMain() {}

    public static void main(String[] args) {
        System.exit(Meshdiag.run(Terminal.ofProcess(), System.getenv(), args));
    }
}
