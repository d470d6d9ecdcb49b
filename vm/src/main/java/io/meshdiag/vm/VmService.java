package io.meshdiag.vm;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.OutboxSettings;
import io.meshdiag.collector.vm.VmCollector;
import io.meshdiag.collector.vm.VmSurroundings;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.health.Fatal;
import io.meshdiag.health.HealthServer;
import io.meshdiag.health.Shutdown;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The collector of the machine that it runs on, with the endpoints by which an operator sees whether it works. */
final class VmService {
    private static final Logger LOGGER = LoggerFactory.getLogger(VmService.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final VmConfig config;
    private final Optional<FactPublisher> printer;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** @param printer takes the facts in place of Kafka; empty = they go to Kafka */
    VmService(VmConfig config, Optional<FactPublisher> printer) {
        this.config = config;
        this.printer = printer;
    }

    /**
     * Collects until a signal comes, or {@link #stop}.
     *
     * @throws IOException when the address of health and metrics cannot be had
     */
    void run(InetSocketAddress address) throws IOException, InterruptedException {
        Fatal.onUncaught();
        Shutdown shutdown = new Shutdown(STOP_WITHIN);
        shutdown.onSignal(this::stop);
        try (Opened opened = new Opened();
                HealthServer health =
                        new HealthServer(address, VmService::dead, opened.collector::unready, opened.meters::scrape)) {
            LOGGER.atInfo().addKeyValue("http_port", health.port()).log("the collector starts");
            opened.collector.start();
            stopping.await();
        } finally {
            shutdown.finished();
        }
    }

    /** Lets {@link #run} end. */
    void stop() {
        stopping.countDown();
    }

    /**
     * Collects one full round.
     *
     * @throws io.meshdiag.collector.publish.PublishException when its facts could not be delivered
     */
    void once() throws InterruptedException {
        try (Opened opened = new Opened()) {
            opened.collector.once();
        }
    }

    private static String dead() {
        return ManagementFactory.getThreadMXBean().findDeadlockedThreads() == null
                ? ""
                : "threads wait for each other for ever";
    }

    /** A collector with where its facts go, which lives as long. The printer is the caller's to close. */
    private final class Opened implements AutoCloseable {
        private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        private final Optional<Outbox> outbox = printer.isPresent()
                ? Optional.empty()
                : Optional.of(Outbox.open(
                        SmallProducer.settings(config.kafka().client()),
                        config.kafka().topics(),
                        OutboxSettings.DEFAULT,
                        meters));
        private final VmCollector collector = new VmCollector(new VmSurroundings(
                config,
                VmSurroundings.machine(config),
                outbox.<FactPublisher>map(sending -> sending).orElseGet(printer::orElseThrow),
                outbox,
                meters,
                InstantSource.system()));

        @Override
        public void close() {
            collector.close();
            outbox.ifPresent(Outbox::close);
            meters.close();
        }
    }
}
