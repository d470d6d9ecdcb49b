package io.meshdiag.sink.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /healthz}: the process answers, whatever Kafka and the store do · {@code /readyz}: 503 with the reason while documents do not get through ·
 * {@code /metrics}: Prometheus' text format.
 */
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor;

    /**
     * Listens at once.
     *
     * @param unready why the program does not do its work; empty when it does
     * @throws IOException when the address is taken or not ours
     */
    public HealthServer(InetSocketAddress address, Supplier<String> unready, Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(address, 0);
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "health");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
        server.createContext("/readyz", exchange -> {
            String reason = unready.get();
            answer(exchange, reason.isEmpty() ? 200 : 503, reason.isEmpty() ? "ready\n" : reason + "\n");
        });
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
        server.start();
    }

    /** The port, for who asked for any (0). */
    public int port() {
        return server.getAddress().getPort();
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
