package io.meshdiag.standalone.service;

import io.meshdiag.health.HealthServer;
import io.meshdiag.health.Shutdown;
import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.processor.ProcessorApp;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.topology.Catalogue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor with health, readiness and metrics, from start to the end of what was under way. */
public final class ProcessorService {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessorService.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(40);

    private final ProcessorConfig config;
    private final Catalogue rules;
    private final InetSocketAddress address;

    /** @param address where /healthz, /readyz and /metrics are */
    public ProcessorService(ProcessorConfig config, Catalogue rules, InetSocketAddress address) {
        this.config = config;
        this.rules = rules;
        this.address = address;
    }

    /**
     * Runs until a signal comes or the processor fails.
     *
     * @return whether it ended as it was asked to
     * @throws IOException when the address cannot be had
     */
    public boolean run() throws IOException, InterruptedException {
        Shutdown shutdown = new Shutdown(STOP_WITHIN);
        try {
            return untilEnd(shutdown);
        } finally {
            shutdown.finished();
        }
    }

    private boolean untilEnd(Shutdown shutdown) throws IOException, InterruptedException {
        PipelineCounters counters = new PipelineCounters();
        CountDownLatch ended = new CountDownLatch(1);
        try (ProcessorMeters meters = new ProcessorMeters(counters);
                ProcessorApp app = new ProcessorApp(config, rules, counters);
                HealthServer health = new HealthServer(address, () -> unready(app), meters::scrape)) {
            LOGGER.atInfo()
                    .addKeyValue("config", config)
                    .addKeyValue("http_port", health.port())
                    .log("the processor starts");
            rules.silences().over(Instant.now()).forEach(silence -> LOGGER.warn(silence.describeEnd()));
            shutdown.onSignal(ended::countDown);
            app.onState(state -> {
                if (state.hasCompletedShutdown() || state == KafkaStreams.State.PENDING_ERROR) {
                    ended.countDown();
                }
            });
            app.start();
            ended.await();
            return !app.failed();
        }
    }

    private static String unready(ProcessorApp app) {
        KafkaStreams.State state = app.state();
        return state == KafkaStreams.State.RUNNING ? "" : "the processor is " + state;
    }
}
