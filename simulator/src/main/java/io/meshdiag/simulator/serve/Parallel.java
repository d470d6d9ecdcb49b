package io.meshdiag.simulator.serve;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A few threads: thousands of objects one after the other would take minutes. */
final class Parallel implements AutoCloseable {
    private static final int THREADS = 12;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "simulator-objects");
        thread.setDaemon(true);
        return thread;
    });

    /** Returns when all are done; throws what the first failure was. */
    <T> void each(Collection<T> items, Consumer<T> task) {
        List<CompletableFuture<Void>> running = items.stream()
                .map(item -> CompletableFuture.runAsync(() -> task.accept(item), threads))
                .toList();
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
