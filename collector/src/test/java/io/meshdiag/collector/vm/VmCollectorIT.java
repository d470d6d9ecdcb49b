package io.meshdiag.collector.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.OutboxSettings;
import io.meshdiag.collector.publish.TestBroker;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroDeserializer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine over time, through a real broker. */
@Timeout(120)
class VmCollectorIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Map<String, String> HASTY = Map.of(
            "intervals.ready", "PT1S",
            "intervals.agent", "PT1S",
            "intervals.files", "PT1S",
            "intervals.redirection", "PT1S",
            "intervals.logs", "PT1S",
            "heartbeatInterval", "PT1S");

    @TempDir
    private Path dir;

    private SimulatedMachine machine;
    private TestBroker broker;
    private RegistryServer registry;
    private Map<String, Object> client;
    private Outbox outbox;
    private VmCollector collector;

    @BeforeEach
    void start() throws Exception {
        machine = new SimulatedMachine(dir.resolve("root"));
        broker = new TestBroker(dir.resolve("broker"));
        broker.create("", Topics.FACTS);
        registry = RegistryServer.start(new InProcessRegistry());
        client = new HashMap<>(broker.clients());
        client.put("schema.registry.url", registry.url().toString());
        open();
    }

    private void open() {
        outbox = Outbox.open(client, Topics.named(""), OutboxSettings.DEFAULT, new SimpleMeterRegistry());
        collector = new VmCollector(new VmSurroundings(
                machine.config(dir.resolve("state"), HASTY),
                VmSurroundings.machine(machine.config(dir.resolve("state"), HASTY)),
                outbox,
                Optional.of(outbox),
                new SimpleMeterRegistry(),
                InstantSource.system()));
        collector.start();
    }

    @AfterEach
    void stop() throws Exception {
        end();
        machine.close();
        registry.close();
        broker.close();
    }

    private void end() {
        collector.close();
        outbox.close();
    }

    /** What compaction would leave of a topic, by key; null for a subject that is gone. */
    private <T extends SpecificRecord> Map<String, T> latest(String topic, Class<T> kind) {
        Map<String, T> latest = new HashMap<>();
        try (AvroDeserializer reader = new AvroDeserializer()) {
            reader.configure(client, false);
            for (ConsumerRecord<String, byte[]> record :
                    broker.read(Topics.named("").name(topic))) {
                latest.put(record.key(), kind.cast(reader.deserialize(topic, record.value())));
            }
        }
        return latest;
    }

    private VmHealth health() {
        List<VmHealth> all = latest(Topics.VM_HEALTH, VmHealth.class).values().stream()
                .filter(health -> health != null)
                .toList();
        return all.size() == 1 ? all.get(0) : null;
    }

    @Test
    void aMachineThatFailsAndRecoversIsToldAsItIs() throws Exception {
        await().atMost(SOON).until(() -> health() != null && "active".equals(health().getAgentState()));
        assertThat(latest(Topics.HEARTBEATS, Heartbeat.class).values())
                .allSatisfy(heartbeat -> assertThat(heartbeat.getSources())
                        .allSatisfy(source -> assertThat(source.getState()).isEqualTo(SourceState.OK)));

        machine.command(
                "systemctl",
                "printf 'LoadState=loaded\\nActiveState=activating\\nSubState=auto-restart\\nResult=exit-code\\n'\n");
        machine.silent("admin");
        await().atMost(SOON).until(() -> "auto-restart".equals(health().getAgentSubState()));
        await().atMost(SOON).until(() -> health().getServerState() == null);

        machine.command("systemctl", "printf 'LoadState=loaded\\nActiveState=active\\nSubState=running\\n'\n");
        await().atMost(SOON).until(() -> "running".equals(health().getAgentSubState()));
    }

    @Test
    void aCollectorThatStartsAgainTakesBackWhatItsFormerNameSaid() throws Exception {
        await().atMost(SOON)
                .until(() -> health() != null
                        && !latest(Topics.HEARTBEATS, Heartbeat.class).isEmpty());
        end();
        machine.file("/var/lib/istio/envoy/cluster.env", "POD_NAMESPACE=shop\nISTIO_META_CLUSTER_ID=west\n");

        open();

        await().atMost(SOON)
                .until(() ->
                        health() != null && health().getHeader().getClusterId().equals("west"));
        assertThat(latest(Topics.VM_HEALTH, VmHealth.class)).hasSize(2);
    }
}
