package io.meshdiag.processor;

import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.processor.topology.FleetTopology;
import io.meshdiag.processor.topology.StreamsSettings;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.registry.RegistryClients;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor as a running thing: topics, topology, threads. */
public final class ProcessorApp implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessorApp.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final ProcessorConfig config;
    private final KafkaStreams streams;
    private volatile Consumer<KafkaStreams.State> listener = state -> {};
    private volatile boolean failed;

    /** Ready to {@link #start}. */
    public ProcessorApp(ProcessorConfig config, Catalogue rules, ProcessorMetrics metrics) {
        this.config = config;
        Properties properties = StreamsSettings.of(config);
        RegistryClient registry = RegistryClients.open(config.registryClient());
        streams = new KafkaStreams(FleetTopology.build(config, properties, rules, registry, metrics), properties);
        streams.setUncaughtExceptionHandler(failure -> {
            StreamThreadExceptionResponse response = afterFailure(failure);
            failed |= response == StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            return response;
        });
        streams.setStateListener((now, before) -> {
            LOGGER.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("the processor changed its state");
            listener.accept(now);
        });
    }

    /**
     * Makes sure of the topics, and starts the threads; returns before they are running.
     *
     * @throws IllegalStateException when the topics do not fit together
     */
    public void start() throws InterruptedException {
        try (Admin admin = Admin.create(config.kafkaClient())) {
            new TopicSetup(config.topics(), config.partitions()).ensure(admin);
        }
        streams.start();
    }

    /** Who wants to know when the state changes; set before {@link #start}. */
    public void onState(Consumer<KafkaStreams.State> listener) {
        this.listener = listener;
    }

    /** True after a failure that ended the processor. */
    public boolean failed() {
        return failed;
    }

    /** What the threads are doing. */
    public KafkaStreams.State state() {
        return streams.state();
    }

    /** Stops, finishing what is under way; may be called twice. */
    @Override
    public void close() {
        streams.close(STOP_WITHIN);
    }

    /** What passes by itself is tried again on a new thread; a bug would only repeat itself. */
    static StreamThreadExceptionResponse afterFailure(Throwable failure) {
        boolean transientFailure = causedBy(failure, RetriableException.class);
        LOGGER.atError()
                .addKeyValue("transient", transientFailure)
                .setCause(failure)
                .log("a stream thread failed");
        return transientFailure
                ? StreamThreadExceptionResponse.REPLACE_THREAD
                : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
