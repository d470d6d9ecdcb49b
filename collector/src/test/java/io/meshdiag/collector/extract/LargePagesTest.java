package io.meshdiag.collector.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Pages of 300 MB, in a JVM of their own with a small heap. */
class LargePagesTest {
    @Test
    void readsHugePagesInASmallHeap() throws Exception {
        Process reader = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargePagesMain.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(reader.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(output).contains("config dump: 2 facts, 300 MB", "endpointShardz: ", "log: 1 facts, 300 MB");
        assertThat(reader.exitValue()).as(output).isZero();
    }
}
