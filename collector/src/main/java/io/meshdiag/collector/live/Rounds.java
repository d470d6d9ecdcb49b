package io.meshdiag.collector.live;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats one task on a thread of its own: at jittered intervals, so that collectors of a fleet do not ask in step, and less and less often while it
 * fails (at most ten times the interval). Runs at once when woken.
 */
public final class Rounds implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Rounds.class);
    private static final int MAX_BACKOFF = 10;

    /** One round. What it throws is logged and backs the next round off. */
    @FunctionalInterface
    public interface Task {
        void run() throws Exception;
    }

    private final String name;
    private final Duration interval;
    private final Task task;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private volatile boolean closed;

    /** Not running until {@link #start}. */
    public Rounds(String name, Duration interval, Task task) {
        this.name = name;
        this.interval = interval;
        this.task = task;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Begins with a first round at once. */
    public Rounds start() {
        thread.start();
        return this;
    }

    /** Lets the next round begin now. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        int failures = 0;
        while (!closed) {
            try {
                task.run();
                failures = 0;
            } catch (InterruptedException e) {
                // Only close() interrupts.
                return;
            } catch (Exception e) {
                failures++;
                LOGGER.atWarn().addKeyValue("task", name).setCause(e).log("a round failed; it is tried again");
            }
            try {
                pause(failures);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void pause(int failures) throws InterruptedException {
        double jitter = ThreadLocalRandom.current().nextDouble(0.9, 1.1);
        long factor = Math.min(MAX_BACKOFF, 1L << Math.min(failures, 10));
        long left = (long) (interval.toNanos() * jitter * Math.max(1, factor));
        lock.lockInterruptibly();
        try {
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Lets no round follow the present one; does not wait, so that the task itself may say it. */
    public void stop() {
        closed = true;
        wake();
    }

    /** Interrupts a round that is under way, and waits for its end for at most ten seconds. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
