package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.OutboxSettings;
import io.meshdiag.collector.vm.VmCollector;
import io.meshdiag.collector.vm.VmSurroundings;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.config.VmConfigReader;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.rules.IncidentTimes;
import io.meshdiag.processor.rules.RuleSetting;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.standalone.cli.Meshdiag;
import io.meshdiag.standalone.cli.Terminal;
import io.meshdiag.standalone.pipeline.LivePipeline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the files, commands and ports of a machine to what an operator is told. */
@Timeout(240)
class MachineStoryIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String RULE = "VMS-09";

    @TempDir
    private Path dir;

    private HttpServer envoy;

    @BeforeEach
    void machine() throws IOException {
        file("proc/sys/kernel/hostname", "db-1\n");
        file("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        file("proc/1/cmdline", "/sbin/init\0");
        file("proc/700/cmdline", "/usr/local/bin/pilot-agent\0proxy\0");
        file("proc/700/stat", "700 (pilot-agent) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4000 1 1\n");
        file("proc/720/cmdline", "/usr/local/bin/envoy\0");
        file("proc/720/stat", "720 (envoy) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4000 1 1\n");
        file("var/lib/istio/envoy/cluster.env", """
                ISTIO_META_CLUSTER_ID='eu-west-1'
                ISTIO_META_MESH_ID='retail'
                POD_NAMESPACE='shop'
                """);
        envoy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        envoy.createContext("/healthz/ready", request -> {
            request.sendResponseHeaders(200, -1);
            request.close();
        });
        envoy.start();
    }

    @AfterEach
    void end() {
        envoy.stop(0);
    }

    private void file(String path, String content) throws IOException {
        Path file = dir.resolve("root").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void unit(String state) throws IOException {
        file("usr/bin/systemctl", "#!/bin/sh\nprintf 'LoadState=loaded\\n" + state + "\\n'\n");
        Files.setPosixFilePermissions(
                dir.resolve("root/usr/bin/systemctl"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private VmConfig config(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "root", dir.resolve("root").toString(),
                "state", dir.resolve("state").toString(),
                "ports.admin", "1",
                "ports.agent", "1",
                "ports.ready", String.valueOf(envoy.getAddress().getPort()),
                "intervals.agent", "PT1S",
                "heartbeatInterval", "PT2S"));
        options.putAll(more);
        return VmConfigReader.read(options, Map.of(), null, false);
    }

    private static RuleSettings hasty() {
        return new RuleSettings(
                Map.of(
                        RULE,
                        new RuleSetting(
                                true,
                                Optional.empty(),
                                Optional.of(Duration.ofSeconds(2)),
                                Optional.of(Duration.ofSeconds(2)),
                                Optional.empty())),
                List.of(),
                // Nothing else is wrong with this machine: there is no cause to wait for.
                new IncidentTimes(Duration.ofSeconds(2), IncidentTimes.DEFAULT.grace()));
    }

    @Test
    void aUnitThatFailsIsAFindingUntilItRunsAgain() throws Exception {
        unit("ActiveState=failed\\nSubState=failed\\nResult=exit-code\\nExecMainCode=1\\nExecMainStatus=1");
        try (LivePipeline pipeline = LivePipeline.start(hasty())) {
            VmConfig config = config(pipeline.settings());
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            try (Outbox outbox = Outbox.open(
                            config.kafka().client(), config.kafka().topics(), OutboxSettings.DEFAULT, meters);
                    VmCollector collector = new VmCollector(new VmSurroundings(
                            config,
                            VmSurroundings.machine(config),
                            outbox,
                            Optional.of(outbox),
                            meters,
                            InstantSource.system()))) {
                collector.start();

                Finding finding = pipeline.awaitFinding(RULE, SOON, DetectionState.ACTIVE);
                assertThat(finding.getTitle()).contains("db-1.shop", "is failed (exit-code, status 1)");

                unit("ActiveState=active\\nSubState=running");
                pipeline.awaitFinding(RULE, SOON, DetectionState.RECOVERING, DetectionState.RESOLVED);
            }
        }
    }

    @Test
    void theSameIsToldOfACaptureBesideTheArchiveOfACluster() throws Exception {
        unit("ActiveState=failed\\nSubState=failed\\nResult=exit-code\\nExecMainCode=1\\nExecMainStatus=1");
        String capture = dir.resolve("db-1").toString();
        run("collect", "vm", "--root", dir.resolve("root").toString(), "--capture", capture);
        String cluster = run("simulate", "healthy-5", "--output-dir=" + dir.resolve("clusters"))
                .lines()
                .findFirst()
                .orElseThrow();

        JsonNode document = new ObjectMapper().readTree(run("diagnose", "--output=json", cluster, capture));

        assertThat(document.toString()).contains(RULE, "db-1.shop", "is failed (exit-code, status 1)");
    }

    /** What a command line prints. */
    private String run(String... line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Map<String, String> environment = Map.of(
                "XDG_STATE_HOME",
                dir.resolve("home").toString(),
                "MESHDIAG_VM_PORTS_ADMIN",
                "1",
                "MESHDIAG_VM_PORTS_AGENT",
                "1",
                "MESHDIAG_VM_PORTS_READY",
                String.valueOf(envoy.getAddress().getPort()));
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, 100);
        int exitCode = Meshdiag.run(terminal, environment, line);
        assertThat(exitCode).as(err.toString()).isLessThan(2);
        return out.toString();
    }
}
