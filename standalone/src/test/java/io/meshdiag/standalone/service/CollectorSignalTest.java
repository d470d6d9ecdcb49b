package io.meshdiag.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A collector as its container runs it: a process of its own that is sent SIGTERM. */
class CollectorSignalTest {
    private static final Map<String, String> KAFKA_AWAY =
            Map.of("MESHDIAG_BOOTSTRAP_SERVERS", "127.0.0.1:1", "MESHDIAG_SCHEMA_REGISTRY_URL", "memory://collector");

    @Test
    @Timeout(120)
    void sigtermClosesEveryCollectorAndEndsWithZero() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Collecting.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); !"started".equals(line); line = output.readLine()) {
                assertThat(line)
                        .as("the process ended before it started to collect")
                        .isNotNull();
            }

            // Process.destroy would close the output, too.
            process.toHandle().destroy();

            assertThat(output.lines().collect(Collectors.toList())).contains("closed");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The service with a collector that says what happens to it. */
    static final class Collecting {
        public static void main(String[] args) throws Exception {
            new CollectorService(
                            List.of(new ClusterTarget("east", Config.empty())),
                            (target, shared) -> new Speaking(),
                            CollectorSettings.read(Map.of(), KAFKA_AWAY, null, true),
                            Optional.empty())
                    .run(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
    }

    private static final class Speaking implements ContextCollector {
        @Override
        public void start() {
            System.out.println("started");
        }

        @Override
        public void once() {}

        @Override
        public String unready() {
            return "";
        }

        @Override
        public void close() {
            System.out.println("closed");
        }
    }
}
