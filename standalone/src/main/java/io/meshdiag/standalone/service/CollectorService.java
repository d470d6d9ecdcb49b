package io.meshdiag.standalone.service;

import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.collector.cluster.ContextCollector.Shared;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.OutboxSettings;
import io.meshdiag.health.Fatal;
import io.meshdiag.health.HealthServer;
import io.meshdiag.health.Shutdown;
import io.meshdiag.schema.Printable;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collectors of one or several clusters in one process. None of them waits for another, or ends because of another. */
public final class CollectorService {
    private static final Logger LOGGER = LoggerFactory.getLogger(CollectorService.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private final List<ClusterTarget> targets;
    private final ContextCollector.Factory factory;
    private final CollectorConfig config;
    private final Optional<FactPublisher> printer;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** @param printer takes the facts in place of Kafka; empty = they go to Kafka */
    public CollectorService(
            List<ClusterTarget> targets,
            ContextCollector.Factory factory,
            CollectorConfig config,
            Optional<FactPublisher> printer) {
        this.targets = List.copyOf(targets);
        this.factory = factory;
        this.config = config;
        this.printer = printer;
    }

    /**
     * Collects until a signal comes, or {@link #stop}.
     *
     * @param address of health, readiness and metrics
     * @throws IOException when the address cannot be had
     */
    public void run(InetSocketAddress address) throws IOException, InterruptedException {
        Fatal.onUncaught();
        Shutdown shutdown = new Shutdown(STOP_WITHIN);
        shutdown.onSignal(this::stop);
        try (ServiceMeters meters = new ServiceMeters();
                Destination destination = new Destination(config, printer, meters.registry())) {
            Shared shared = destination.shared();
            List<ContextSupervisor> supervisors = targets.stream()
                    .map(target ->
                            new ContextSupervisor(target.name(), () -> factory.open(target, shared), FIRST_PAUSE))
                    .toList();
            try (HealthServer health =
                    new HealthServer(address, () -> dead(supervisors), () -> unready(supervisors), meters::scrape)) {
                LOGGER.atInfo()
                        .addKeyValue("clusters", targets)
                        .addKeyValue("http_port", health.port())
                        .log("the collector starts");
                supervisors.forEach(ContextSupervisor::start);
                stopping.await();
            } finally {
                close(supervisors);
            }
        } finally {
            shutdown.finished();
        }
    }

    /** Lets {@link #run} end. */
    public void stop() {
        stopping.countDown();
    }

    /**
     * Collects one full round of every cluster.
     *
     * @return what went wrong, by cluster; empty when all is well
     */
    public Map<String, String> once() throws InterruptedException {
        Map<String, String> problems = new TreeMap<>();
        try (ServiceMeters meters = new ServiceMeters();
                Destination destination = new Destination(config, printer, meters.registry())) {
            Shared shared = destination.shared();
            for (ClusterTarget target : targets) {
                try (ContextCollector collector = factory.open(target, shared)) {
                    collector.once();
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    LOGGER.atInfo()
                            .addKeyValue("cluster", target)
                            .setCause(e)
                            .log("a cluster could not be collected from");
                    problems.put(target.name(), Printable.shorten(String.valueOf(e.getMessage()), 500));
                }
            }
        }
        return problems;
    }

    private static String dead(List<ContextSupervisor> supervisors) {
        if (supervisors.stream().anyMatch(ContextSupervisor::dead)) {
            return "a thread that starts a collector is gone";
        }
        return ManagementFactory.getThreadMXBean().findDeadlockedThreads() == null
                ? ""
                : "threads wait for each other for ever";
    }

    private static String unready(List<ContextSupervisor> supervisors) {
        return supervisors.stream()
                .map(ContextSupervisor::unready)
                .filter(why -> !why.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    /** All at once: each may need most of the time that there is. */
    private static void close(List<ContextSupervisor> supervisors) throws InterruptedException {
        List<Thread> closers = new ArrayList<>();
        supervisors.forEach(supervisor -> closers.add(new Thread(supervisor::close, "close")));
        closers.forEach(Thread::start);
        for (Thread closer : closers) {
            closer.join();
        }
    }

    /** Where facts go: the printer, which is the caller's to close, or an outbox that lives as long as this. */
    private static final class Destination implements AutoCloseable {
        private final Optional<Outbox> outbox;
        private final Shared shared;

        Destination(CollectorConfig config, Optional<FactPublisher> printer, MeterRegistry meters) {
            outbox = printer.isPresent()
                    ? Optional.empty()
                    : Optional.of(Outbox.open(
                            config.kafka().client(), config.kafka().topics(), OutboxSettings.DEFAULT, meters));
            shared = outbox.map(sending -> Shared.sending(config, sending, meters))
                    .orElseGet(() -> Shared.printing(config, printer.orElseThrow(), meters));
        }

        Shared shared() {
            return shared;
        }

        @Override
        public void close() {
            outbox.ifPresent(Outbox::close);
        }
    }
}
