package io.meshdiag.health;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a program finish what is under way when it gets SIGTERM or SIGINT, and end with exit code 0: left alone, the JVM would end in the middle, with 143.
 */
public final class Shutdown {
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    private final Duration patience;

    /** @param patience how long the program may take to finish after a signal; exit code 3 after that */
    public Shutdown(Duration patience) {
        this.patience = patience;
    }

    /**
     * From now on signals are noticed.
     *
     * @param whenRequested what a signal sets off, must return soon
     */
    public void onSignal(Runnable whenRequested) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> signalled(whenRequested), "shutdown"));
    }

    /** Waits for a signal, at most this long; true when there was one. */
    public boolean await(Duration atMost) throws InterruptedException {
        return requested.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The program has finished, and closed everything. */
    public void finished() {
        finished.countDown();
    }

    private void signalled(Runnable whenRequested) {
        if (finished.getCount() == 0) {
            // The program ended by itself, with an exit code of its own.
            return;
        }
        requested.countDown();
        whenRequested.run();
        try {
            Runtime.getRuntime().halt(finished.await(patience.toMillis(), TimeUnit.MILLISECONDS) ? 0 : 3);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
