package io.meshdiag.standalone.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A collector in a JVM of its own, seen from outside: by Linux, by its metrics and by jcmd. */
final class CollectorProcess implements AutoCloseable {
    private static final int LINES_OF_LOG = 20;
    /** USER_HZ, the unit of times in /proc, is 100 on every architecture of Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int CHILDREN_UTIME = 13;
    private static final int CHILDREN_STIME = 14;

    private static final Pattern GENERATION = Pattern.compile("generation +total (\\d+)K");

    private final Process process;
    private final URI metrics;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    private CollectorProcess(Process process, URI metrics, Path log) {
        this.process = process;
        this.metrics = metrics;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param environment beside this process's own
     * @param folder where its log goes
     */
    static CollectorProcess start(List<String> command, Map<String, String> environment, Path folder)
            throws IOException {
        String address = "127.0.0.1:" + freePort();
        Path log = folder.resolve("collector.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("MESHDIAG_HTTP_ADDRESS", address);
        return new CollectorProcess(builder.start(), URI.create("http://" + address + "/metrics"), log);
    }

    /** {@code meshdiag} with these arguments, in another JVM. */
    static List<String> meshdiag(List<String> jvmOptions, List<String> arguments) {
        return java(jvmOptions, "io.meshdiag.standalone.MeshdiagMain", arguments);
    }

    /** A class of this class path in another JVM. */
    static List<String> java(List<String> jvmOptions, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(tool("java")));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    long pid() {
        return process.pid();
    }

    /** @throws IllegalStateException with the end of its log when it has ended */
    void check() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the collector ended with code " + process.exitValue() + "; its last words:\n" + lastWords());
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /** Lets it know that nothing more is asked of it. */
    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** A size in KiB out of /proc/PID/status, such as VmRSS. */
    long kibibytes(String field) throws IOException {
        return Files.readAllLines(proc("status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc has no " + field));
    }

    /** Seconds of a core that it used since its start, and the commands that it ran to their end. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        // The name in parentheses may have blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return IntStream.of(UTIME, STIME, CHILDREN_UTIME, CHILDREN_STIME)
                        .mapToLong(field -> Long.parseLong(fields[field]))
                        .sum()
                / TICKS_PER_SECOND;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(pid()), file);
    }

    /** Sum of the samples whose line begins with this: a name, and perhaps its first labels. */
    double metric(String prefix) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(30)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Bytes of the objects that a full collection leaves. */
    long liveHeap() throws IOException, InterruptedException {
        return jcmd("GC.class_histogram")
                .lines()
                .filter(line -> line.startsWith("Total"))
                .map(line -> line.trim().split("\\s+"))
                .mapToLong(columns -> Long.parseLong(columns[2]))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd has no histogram of the heap"));
    }

    /** Bytes that the heap of a serial collector has grown to. */
    long grownHeap() throws IOException, InterruptedException {
        return GENERATION
                .matcher(jcmd("GC.heap_info"))
                .results()
                .mapToLong(generation -> Long.parseLong(generation.group(1)) * 1024)
                .sum();
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(tool("jcmd"), Long.toString(pid()), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return answer;
    }

    /** Lets it end in order, for at most half a minute. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
