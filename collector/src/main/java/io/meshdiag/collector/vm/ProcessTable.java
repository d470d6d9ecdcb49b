package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.extract.vm.AgentProcesses;
import io.meshdiag.collector.extract.vm.ProcessEntry;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Agent and Envoy among the processes of {@code /proc}, as a page: a line for each, with the seconds from boot to its start and its arguments, separated
 * by tabs. Of arguments only those are taken that say what is logged: others may be anything.
 */
final class ProcessTable {
    private static final int MAX_PROCESSES = 100_000;
    private static final int MAX_BYTES = 64 << 10;
    private static final String LEVEL = "--(?:log_output_level|proxyLogLevel)";

    private ProcessTable() {}

    /**
     * Reads the table.
     *
     * @throws UnreadException when there is none, or processes of other users are hidden
     */
    static InputStream open(Root root) throws UnreadException {
        List<String> names = root.names("/proc", MAX_PROCESSES);
        if (!names.contains("1")) {
            throw new UnreadException(
                    SourceState.FORBIDDEN,
                    "processes of other users are hidden (hidepid of /proc, or ProtectProc= of the unit)");
        }
        StringBuilder page = new StringBuilder();
        for (String name : names) {
            if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                line(root, "/proc/" + name + "/").ifPresent(page::append);
            }
        }
        return new ByteArrayInputStream(page.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> line(Root root, String folder) {
        try {
            String arguments = text(root, folder + "cmdline");
            String program = arguments.split("\0", 2)[0];
            if (!program.endsWith("envoy") && !program.endsWith("pilot-agent")) {
                return Optional.empty();
            }
            return ProcessEntry.parse(arguments, text(root, folder + "stat"))
                    .map(process -> process.startedAfterBoot().toSeconds() + "\t"
                            + String.join("\t", harmless(process.arguments())) + "\n");
        } catch (UnreadException e) {
            // It ended while the table was read.
            return Optional.empty();
        }
    }

    private static List<String> harmless(List<String> arguments) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            boolean valueOfLevel = i > 0 && arguments.get(i - 1).matches(LEVEL);
            if (i == 0 || argument.equals("proxy") || argument.matches(LEVEL + "(?:=.*)?") || valueOfLevel) {
                kept.add(argument.replaceAll("\\s", " "));
            }
        }
        return kept;
    }

    private static String text(Root root, String path) throws UnreadException {
        return new String(root.read(path, MAX_BYTES), StandardCharsets.UTF_8);
    }

    /** What a page of {@link #open} says. */
    static AgentProcesses parse(InputStream page) throws IOException {
        List<ProcessEntry> processes = new ArrayList<>();
        Lines lines = new Lines(page);
        for (String line = lines.next(); line != null; line = lines.next()) {
            List<String> words = List.of(line.split("\t"));
            if (words.size() > 1 && words.get(0).matches("\\d{1,12}")) {
                processes.add(new ProcessEntry(
                        words.subList(1, words.size()), Duration.ofSeconds(Long.parseLong(words.get(0)))));
            }
        }
        return AgentProcesses.of(processes.stream());
    }
}
