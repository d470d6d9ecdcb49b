package io.meshdiag.sink.harness;

import io.meshdiag.sink.SinkMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The sink as its users run it: a process of its own with its settings in the environment. */
public final class SinkProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private SinkProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    public static SinkProcess start(Map<String, String> env, Path folder) throws IOException {
        Path log = Files.createTempFile(folder, "sink", ".log");
        // The group gives a killed member's partitions away after its session.
        Path kafka = Files.writeString(
                Files.createTempFile(folder, "kafka", ".properties"),
                "session.timeout.ms=3000\nheartbeat.interval.ms=500\n");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SinkMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(env);
        builder.environment().put("MESHDIAG_KAFKA_PROPERTIES_FILE", kafka.toString());
        return new SinkProcess(builder.start(), log);
    }

    public String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; returns the exit status (143 is what a JVM gives after the signal when its hooks have ended). */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the sink did not end within 30 s of SIGTERM");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
