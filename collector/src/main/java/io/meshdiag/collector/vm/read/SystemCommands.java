package io.meshdiag.collector.vm.read;

import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts programs that are found below the root, as for {@code PATH=/usr/sbin:/usr/bin:/sbin:/bin}, without a shell: in English, without a pager, and
 * without this process's environment.
 */
public final class SystemCommands implements Commands {
    private static final List<String> FOLDERS = List.of("/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/");

    private final Root root;

    public SystemCommands(Root root) {
        this.root = root;
    }

    @Override
    public InputStream run(List<String> command, long maxBytes, Duration within) throws UnreadException {
        List<String> line = new ArrayList<>(command);
        line.set(0, find(command.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("LC_ALL", "C");
        environment.put("LANG", "C");
        environment.put("TZ", "UTC");
        environment.put("SYSTEMD_PAGER", "");
        environment.put("SYSTEMD_COLORS", "0");
        try {
            return new CommandOutput(command, builder.start(), maxBytes, within);
        } catch (IOException e) {
            throw new UnreadException(
                    SourceState.FORBIDDEN,
                    "the command " + command.get(0) + " is there, but this user may not start it");
        }
    }

    private Path find(String name) throws UnreadException {
        for (String folder : FOLDERS) {
            Path program = root.resolve(folder + name);
            if (Files.isRegularFile(program)) {
                return asked(root.resolve(folder).resolve(name), program);
            }
        }
        throw new UnreadException(SourceState.MISSING, "the machine has no command " + name);
    }

    /** The name counts: iptables-save is a link to a program that is many commands, and looks at its name to know which one is wanted. */
    private static Path asked(Path link, Path program) {
        try {
            return Files.isSameFile(link, program) ? link : program;
        } catch (IOException e) {
            // Seen from here the link leads nowhere: it is one of a machine that is not ours.
            return program;
        }
    }
}
