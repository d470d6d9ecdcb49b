package io.meshdiag.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.health.Fatal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FatalTest {
    @Test
    void aThreadThatRunsOutOfMemoryEndsTheProcessWithACodeOfItsOwn() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingThread.class.getName())
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(Fatal.EXIT_CODE);
        assertThat(output).contains("a thread died", "thread=\"worker\"", "OutOfMemoryError");
    }

    /** A program that would run for ever, of which one thread dies. */
    static final class DyingThread {
        public static void main(String[] args) throws InterruptedException {
            Fatal.onUncaught();
            Thread worker = new Thread(
                    () -> {
                        throw new OutOfMemoryError("scripted");
                    },
                    "worker");
            worker.start();
            Thread.currentThread().join();
        }
    }
}
