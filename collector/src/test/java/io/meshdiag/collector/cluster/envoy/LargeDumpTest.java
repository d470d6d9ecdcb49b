package io.meshdiag.collector.cluster.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Dumps of 200 MB, from Envoy and from istiod, in a JVM of their own with a small heap. */
class LargeDumpTest {
    @Test
    void looksAtHugeDumpsInASmallHeap() throws Exception {
        Process looker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeDumpMain.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(looker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(looker.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(output).contains("50000 clusters", "50 drifted");
        assertThat(looker.exitValue()).as(output).isZero();
    }
}
