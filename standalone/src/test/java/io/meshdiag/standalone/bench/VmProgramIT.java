package io.meshdiag.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.FactKind;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.service.PipelineSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finished program of a virtual machine, on its own small class path, against a broker and a registry. */
class VmProgramIT {
    private static final Path PROGRAM =
            Path.of("../vm/target/dist/bin/meshdiag-vm").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    void deliversTheFactsOfAMachineAndThenAHeartbeat() throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "the module vm is not packaged: \"./mvnw verify\" does that first");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("vm-program"));
                ServedVm vm = ServedVm.start(20, Files.createDirectory(folder.resolve("vm")))) {
            Map<String, String> environment = new HashMap<>(vm.settings());
            environment.put("MESHDIAG_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
            environment.put("MESHDIAG_SCHEMA_REGISTRY_URL", registry.url().toString());
            environment.put(
                    "STATE_DIRECTORY",
                    Files.createDirectory(folder.resolve("state")).toString());
            ProcessorConfig config = ProcessorConfig.from(environment);
            new PipelineSetup(config, PATIENCE, detail -> {}).topics();
            try (TopicWatch topics = new TopicWatch(kafka.bootstrapServers(), config.topics())) {
                topics.expect(key -> key.kind() == FactKind.HEARTBEAT);
                try (CollectorProcess collector =
                        CollectorProcess.start(List.of(PROGRAM.toString()), environment, folder)) {
                    topics.awaitExpected(PATIENCE, collector::check);
                }
                assertThat(topics.kinds()).contains(FactKind.VM_HEALTH, FactKind.TRUST_BUNDLE, FactKind.PROXY_CONFIG);
            }
            assertThat(folder.resolve("collector.log")).content().doesNotContain("NoClassDefFound", "WARN", "ERROR");
        }
    }
}
