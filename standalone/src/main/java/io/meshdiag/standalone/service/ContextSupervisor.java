package io.meshdiag.standalone.service;

import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the collector of one cluster on a thread of its own, again and again until the cluster can be reached: others do not wait for it. */
final class ContextSupervisor implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ContextSupervisor.class);
    private static final int MAX_DOUBLINGS = 5;

    private final String cluster;
    private final Supplier<ContextCollector> open;
    private final Duration firstPause;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile ContextCollector started;
    private volatile String problem = "not started yet";

    /** @param firstPause before the second try; it doubles with each, up to 32 times */
    ContextSupervisor(String cluster, Supplier<ContextCollector> open, Duration firstPause) {
        this.cluster = cluster;
        this.open = open;
        this.firstPause = firstPause;
        this.thread = new Thread(this::untilStarted, "start " + cluster);
        thread.setDaemon(true);
    }

    ContextSupervisor start() {
        thread.start();
        return this;
    }

    /** Why facts of this cluster do not get out; empty when they do. */
    String unready() {
        ContextCollector collector = started;
        String why = collector == null ? problem : collector.unready();
        return why.isEmpty() ? "" : cluster + ": " + why;
    }

    /** Whether nobody tries any more to start the collector, although it is not started. */
    boolean dead() {
        return !thread.isAlive() && started == null && closing.getCount() > 0;
    }

    private void untilStarted() {
        try {
            for (int tries = 0; !startNow(); tries++) {
                double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
                long pause = (long) (firstPause.toMillis() * jitter * (1L << Math.min(tries, MAX_DOUBLINGS)));
                if (closing.await(pause, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Only close() interrupts.
            Thread.currentThread().interrupt();
        }
    }

    private boolean startNow() throws InterruptedException {
        ContextCollector collector = open.get();
        boolean running = false;
        try {
            collector.start();
            running = true;
            started = collector;
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            problem = "cannot be reached: " + Printable.shorten(String.valueOf(e.getMessage()), 300);
            LOGGER.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("problem", problem)
                    .log("a cluster is not collected from; it is tried again");
            return false;
        } finally {
            if (!running) {
                collector.close();
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ContextCollector collector = started;
        if (collector != null) {
            collector.close();
        }
    }
}
