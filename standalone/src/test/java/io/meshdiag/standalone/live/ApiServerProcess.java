package io.meshdiag.standalone.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The API server behind a context, where it is a process of this machine: it can be killed, and started again as it was. */
final class ApiServerProcess {
    private final List<String> command;
    private ProcessHandle process;

    private ApiServerProcess(ProcessHandle process, List<String> command) {
        this.process = process;
        this.command = command;
    }

    /** Empty when it runs elsewhere, or may not be looked at. */
    static Optional<ApiServerProcess> of(String context) {
        int port = URI.create(TwoClusters.config(context).getMasterUrl()).getPort();
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().command().orElse("").endsWith("/kube-apiserver"))
                .filter(each -> String.join(" ", arguments(each)).contains("--secure-port " + port))
                .findFirst()
                .map(each -> new ApiServerProcess(each, command(each)));
    }

    private static List<String> arguments(ProcessHandle process) {
        return Arrays.asList(process.info().arguments().orElse(new String[0]));
    }

    /** In a session of its own: it is to outlive this test, as the one before it. */
    private static List<String> command(ProcessHandle process) {
        List<String> command =
                new ArrayList<>(List.of("setsid", process.info().command().orElseThrow()));
        command.addAll(arguments(process));
        return command;
    }

    /** As SIGKILL does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void restart() throws IOException {
        long before = process.pid();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .toHandle();
        note(Long.toString(before), Long.toString(process.pid()));
    }

    /** Whoever started the one before may have noted its id beside the kubeconfig, to stop it one day. */
    private static void note(String before, String now) throws IOException {
        try (Stream<Path> files =
                Files.list(TwoClusters.kubeconfig().toPath().toAbsolutePath().getParent())) {
            files.filter(file -> file.toString().endsWith(".pid")).forEach(file -> replace(file, before, now));
        }
    }

    private static void replace(Path file, String before, String now) {
        try {
            if (Files.readString(file).strip().equals(before)) {
                Files.writeString(file, now + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
