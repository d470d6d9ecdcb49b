package io.meshdiag.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /healthz}: the process works, whatever the servers do that it depends on · {@code /readyz}: 503 with the reason while its work does not get
 * done · {@code /metrics}: Prometheus' text format.
 */
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor;

    /**
     * Listens at once; alive as long as it answers.
     *
     * @param unready why the program does not do its work; empty when it does
     * @throws IOException when the address is taken or not ours
     */
    public HealthServer(InetSocketAddress address, Supplier<String> unready, Supplier<String> metrics)
            throws IOException {
        this(address, () -> "", unready, metrics);
    }

    /**
     * @param dead why only a restart helps; empty while the program lives
     * @throws IOException when the address is taken or not ours
     */
    public HealthServer(
            InetSocketAddress address, Supplier<String> dead, Supplier<String> unready, Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(address, 0);
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "health");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/healthz", exchange -> verdict(exchange, dead.get(), "ok"));
        server.createContext("/readyz", exchange -> verdict(exchange, unready.get(), "ready"));
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
        server.start();
    }

    /** The port, for who asked for any (0). */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void verdict(HttpExchange exchange, String against, String good) throws IOException {
        answer(exchange, against.isEmpty() ? 200 : 503, (against.isEmpty() ? good : against) + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
