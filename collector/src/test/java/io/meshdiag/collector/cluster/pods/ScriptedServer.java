package io.meshdiag.collector.cluster.pods;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A pod's debug port that answers what a test says. */
public final class ScriptedServer implements AutoCloseable {
    /** One request that came. */
    public record Request(String path, String authorization, String clusterId, String acceptEncoding) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, HttpHandler> pages = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** @param ip a loopback address of its own, as pods have */
    public ScriptedServer(String ip, int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(ip, port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        var headers = exchange.getRequestHeaders();
        requests.add(new Request(
                path,
                headers.getFirst("Authorization"),
                headers.getFirst("clusterid"),
                headers.getFirst("Accept-Encoding")));
        try (exchange) {
            pages.getOrDefault(path, x -> send(x, 404, "404 page not found\n")).handle(exchange);
        }
    }

    public ScriptedServer on(String path, HttpHandler handler) {
        pages.put(path, handler);
        return this;
    }

    public ScriptedServer page(String path, String body) {
        return on(path, exchange -> send(exchange, 200, body));
    }

    public ScriptedServer status(String path, int code) {
        return on(path, exchange -> send(exchange, code, ""));
    }

    public static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    public List<Request> requests() {
        return requests;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
