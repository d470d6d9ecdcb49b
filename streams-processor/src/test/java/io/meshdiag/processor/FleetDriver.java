package io.meshdiag.processor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.processor.topology.FleetTopology;
import io.meshdiag.processor.topology.StreamsSettings;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.registry.RegistryClients;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.serde.AvroSerde;
import io.meshdiag.serde.SubjectNameStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology without a broker: facts in, findings out, time by hand, restarts with their state. */
public final class FleetDriver implements AutoCloseable {
    private Path stateDir;
    private Catalogue rules;
    private final RegistryClient registry =
            RegistryClients.open(Map.of("schema.registry.url", "memory://" + UUID.randomUUID()));
    private final AvroSerde<SpecificRecord> facts = new AvroSerde<>(registry, SubjectNameStrategy.TOPIC_RECORD);
    private final List<TestRecord<String, Finding>> transitions = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Map<String, Finding> findings = new TreeMap<>();
    private final List<String> forgotten = new ArrayList<>();
    private PipelineCounters counters = new PipelineCounters();
    private TopologyTestDriver driver;
    private Instant now;
    private long published;

    public FleetDriver(Path stateDir, Catalogue rules, Instant now) {
        this.stateDir = stateDir;
        this.rules = rules;
        this.now = now;
        open();
    }

    static ProcessorConfig config(Path stateDir) {
        return ProcessorConfig.from(Map.of(
                "MESHDIAG_BOOTSTRAP_SERVERS", "localhost:1",
                "MESHDIAG_SCHEMA_REGISTRY_URL", "memory://test",
                "MESHDIAG_PROCESSOR_STATE_DIR", stateDir.toString()));
    }

    private void open() {
        ProcessorConfig config = config(stateDir);
        Properties streams = StreamsSettings.of(config);
        // The driver does not write checkpoints; under exactly-once Streams would rightly distrust the state that
        // restart() keeps.
        streams.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        driver = new TopologyTestDriver(FleetTopology.build(config, streams, rules, registry, counters), streams, now);
    }

    /** Closes, and opens again on the same state. */
    public FleetDriver restart() throws IOException {
        return restart(rules);
    }

    /** The same with other rules, as after an upgrade. */
    public FleetDriver restart(Catalogue otherRules) throws IOException {
        rules = otherRules;
        Path kept = Files.createTempDirectory(stateDir.getParent(), "kept");
        // A store that closes writes its memory to disk; a driver that closes deletes everything, so its state moves on
        // first.
        driver.getAllStateStores().values().forEach(StateStore::close);
        copy(stateDir, kept);
        assertThatThrownBy(driver::close).isInstanceOf(InvalidStateStoreException.class);
        stateDir = kept;
        counters = new PipelineCounters();
        published = 0;
        open();
        return this;
    }

    public FleetDriver publish(SpecificRecord... levels) {
        for (SpecificRecord fact : levels) {
            String topic = topic(FactKind.of(fact));
            pipe(
                    topic,
                    Facts.key(fact).toString(),
                    facts.serializer().serialize(topic, fact),
                    Facts.header(fact).getObservedAt());
        }
        return this;
    }

    public FleetDriver publish(List<? extends SpecificRecord> levels) {
        return publish(levels.toArray(SpecificRecord[]::new));
    }

    public FleetDriver remove(SpecificRecord... levels) {
        for (SpecificRecord fact : levels) {
            FactKey key = Facts.key(fact);
            pipe(topic(key.kind()), key.toString(), null, now);
        }
        return this;
    }

    /** Bytes as anybody could write them. */
    void pipe(String topic, String key, byte[] value, Instant at) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(
                        key == null ? null : key.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        value,
                        new RecordHeaders(),
                        at));
        published++;
    }

    byte[] bytes(String topic, SpecificRecord record) {
        return facts.serializer().serialize(topic, record);
    }

    static String topic(FactKind kind) {
        return "meshdiag." + kind.topic();
    }

    /** Lets every stage evaluate what it has. */
    public FleetDriver settle() {
        return pass(Duration.ofSeconds(2));
    }

    /** Lets time pass, in steps in which every stage evaluates. */
    public FleetDriver pass(Duration time) {
        Duration step = time.compareTo(Duration.ofHours(1)) > 0
                ? Duration.ofHours(1)
                : time.compareTo(Duration.ofSeconds(10)) > 0 ? Duration.ofSeconds(1) : Duration.ofMillis(200);
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
            driver.advanceWallClockTime(step);
            now = now.plus(step);
        }
        collect();
        return this;
    }

    private void collect() {
        var records = new AvroSerde<Finding>(registry, SubjectNameStrategy.TOPIC);
        var letters = new AvroSerde<DeadLetter>(registry, SubjectNameStrategy.TOPIC);
        transitions.addAll(driver.createOutputTopic(
                        "meshdiag.finding-transitions", new StringDeserializer(), records.deserializer())
                .readRecordsToList());
        driver.createOutputTopic("meshdiag.findings", new StringDeserializer(), records.deserializer())
                .readRecordsToList()
                .forEach(record -> {
                    if (record.value() == null) {
                        findings.remove(record.key());
                        forgotten.add(record.key());
                    } else {
                        findings.put(record.key(), record.value());
                    }
                });
        deadLetters.addAll(
                driver.createOutputTopic("meshdiag.dead-letters", new ByteArrayDeserializer(), letters.deserializer())
                        .readValuesToList());
    }

    /** The findings topic, compacted. */
    public List<Finding> findings() {
        return List.copyOf(findings.values());
    }

    /** The one finding that there is. */
    Finding finding() {
        if (findings.size() != 1) {
            throw new AssertionError("one finding was expected, not " + findings.values());
        }
        return findings.values().iterator().next();
    }

    public List<Finding> transitions() {
        return transitions.stream().map(TestRecord::value).toList();
    }

    List<TestRecord<String, Finding>> transitionRecords() {
        return transitions;
    }

    /** Ids whose tombstone was written. */
    List<String> forgotten() {
        return forgotten;
    }

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    public PipelineCounters counters() {
        return counters;
    }

    public Instant now() {
        return now;
    }

    public long published() {
        return published;
    }

    /** Number of rows in a store. */
    public long rows(String store) {
        try (var all = driver.getKeyValueStore(store).all()) {
            long rows = 0;
            for (; all.hasNext(); all.next()) {
                rows++;
            }
            return rows;
        }
    }

    @Override
    public void close() {
        driver.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                Path target = to.resolve(from.relativize(file).toString());
                try {
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else if (!file.getFileName().toString().equals("LOCK")) {
                        Files.copy(file, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
