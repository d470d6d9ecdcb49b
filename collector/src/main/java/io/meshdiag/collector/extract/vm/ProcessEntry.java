package io.meshdiag.collector.extract.vm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One process, from {@code /proc/<pid>}.
 *
 * @param arguments the program first
 * @param startedAfterBoot how long after the boot it started
 */
public record ProcessEntry(List<String> arguments, Duration startedAfterBoot) {
    /** Clock ticks per second that Linux shows to programs, whatever the kernel counts in. */
    private static final long TICKS_PER_SECOND = 100;
    /** Fields of stat after the name: state is the first of them, start time the twentieth. */
    private static final int START_TIME = 19;

    /**
     * @param cmdline arguments, a NUL after each; empty for kernel threads and zombies
     * @param stat {@code pid (name) state …}; the name may hold blanks and brackets
     * @return empty for what is no living program, or when the process ended while it was read
     */
    public static Optional<ProcessEntry> parse(String cmdline, String stat) {
        int nameEnd = stat.lastIndexOf(')');
        if (cmdline.isEmpty() || nameEnd < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(nameEnd + 1).strip().split(" ", -1);
        if (fields.length <= START_TIME || fields[0].equals("Z") || !fields[START_TIME].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new ProcessEntry(
                List.of(cmdline.split("\0")),
                Duration.ofSeconds(Long.parseLong(fields[START_TIME]) / TICKS_PER_SECOND)));
    }

    /** The program's name without its folder. */
    String program() {
        String program = arguments.isEmpty() ? "" : arguments.get(0);
        return program.substring(program.lastIndexOf('/') + 1);
    }
}
