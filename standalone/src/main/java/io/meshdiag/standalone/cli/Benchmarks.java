package io.meshdiag.standalone.cli;

import io.meshdiag.standalone.bench.Measurement;
import java.io.PrintWriter;

/** How the tables of benchmarks look. */
final class Benchmarks {
    private Benchmarks() {}

    /** What it was measured on. */
    static void machine(PrintWriter out) {
        out.printf(
                "%-36s %d processors, Java %s%n",
                "Machine", Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
    }

    static String line(Measurement row) {
        String target = (row.missed() ? "MISSED: " : "") + row.target();
        return "%-36s %-26s %s".formatted(row.name(), row.value(), target).stripTrailing();
    }
}
