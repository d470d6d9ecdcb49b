package io.meshdiag.standalone.service;

import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.TopicSetup;
import io.meshdiag.registry.Compatibility;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.registry.RegistryUnreachableException;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.SubjectNameStrategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Everything that has to be there before the first fact: topics, schemas, and how schemas may change. Doing it again changes nothing. */
public final class PipelineSetup {
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private final ProcessorConfig config;
    private final Duration patience;
    private final Consumer<String> progress;

    /** @param patience how long to wait for brokers and registry, each */
    public PipelineSetup(ProcessorConfig config, Duration patience, Consumer<String> progress) {
        this.config = config;
        this.patience = patience;
        this.progress = progress;
    }

    /**
     * Creates topics that are missing.
     *
     * @throws IllegalStateException when no broker answers in time, or the topics that are there do not fit together
     */
    public void topics() throws InterruptedException {
        Map<String, Object> settings = new HashMap<>(config.kafkaClient());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        try (Admin admin = Admin.create(settings)) {
            waitFor("Kafka at " + config.bootstrapServers(), () -> answers(admin));
            new TopicSetup(config.topics(), config.partitions()).ensure(admin);
        }
        Topics.ALL.forEach(topic -> progress.accept("topic " + config.topics().name(topic.name()) + " is there ("
                + topic.cleanup().policy() + ")"));
    }

    /**
     * Registers every record's schema, and says how it may change: facts so that new readers read old records, findings so that old readers read
     * new ones too.
     *
     * @throws IllegalStateException when the registry does not answer in time
     * @throws io.meshdiag.registry.RegistryException when the registry refuses, for example a schema that does not fit the one it has
     */
    public void schemas(RegistryClient registry) throws InterruptedException {
        waitFor("the schema registry at " + config.registryUrl().replaceAll("//[^/@]*@", "//****@"), () -> {
            try {
                finding(registry, Topics.FINDINGS);
                return true;
            } catch (RegistryUnreachableException e) {
                return false;
            }
        });
        finding(registry, Topics.FINDING_TRANSITIONS);
        register(
                registry,
                SubjectNameStrategy.TOPIC,
                Topics.DEAD_LETTERS,
                DeadLetter.getClassSchema(),
                Compatibility.BACKWARD_TRANSITIVE);
        for (FactKind kind : FactKind.values()) {
            register(
                    registry,
                    SubjectNameStrategy.TOPIC_RECORD,
                    kind.topic(),
                    SpecificData.get().getSchema(kind.record()),
                    Compatibility.BACKWARD_TRANSITIVE);
        }
        progress.accept("schemas of " + FactKind.values().length
                + " kinds of facts (BACKWARD_TRANSITIVE) and of findings (FULL_TRANSITIVE) are registered");
    }

    private void finding(RegistryClient registry, String topic) {
        register(registry, SubjectNameStrategy.TOPIC, topic, Finding.getClassSchema(), Compatibility.FULL_TRANSITIVE);
    }

    private void register(
            RegistryClient registry, SubjectNameStrategy strategy, String topic, Schema schema, Compatibility level) {
        String subject = strategy.subject(config.topics().name(topic), false, schema);
        registry.register(subject, schema);
        registry.setCompatibility(subject, level);
    }

    private static boolean answers(Admin admin) throws InterruptedException {
        try {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException e) {
            return false;
        }
    }

    /** Asks whether something is there. */
    private interface Question {
        boolean ask() throws InterruptedException;
    }

    private void waitFor(String what, Question there) throws InterruptedException {
        long giveUp = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (!there.ask()) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(what + " did not answer within " + patience.toSeconds() + " s");
            }
            if (!told) {
                progress.accept("waiting for " + what);
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
        }
    }
}
