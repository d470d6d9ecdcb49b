package io.meshdiag.collector.cluster.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.Clients;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** An API server that serves a few kinds, and fails on demand. Watches are plain HTTP: it refuses web sockets as a proxy may. */
final class FakeApiServer implements AutoCloseable {
    /** Ends a watch's answer. */
    private static final String CUT = "";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Map<String, String>> objects = new ConcurrentHashMap<>();
    private final List<OpenWatch> watches = new CopyOnWriteArrayList<>();

    /** What happened, for watches that are opened after it. */
    private final List<Event> history = new CopyOnWriteArrayList<>();

    private long version = 10;

    /** Times of lists, and the status that was answered. */
    final Queue<Listed> lists = new ConcurrentLinkedQueue<>();

    /** Answers to the next lists, in place of the objects. */
    final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /** When set, every list and every new watch is answered so. */
    volatile String refusal;

    /** When true, watches stay open and nothing comes: the other end is gone, and nobody said so. */
    volatile boolean halfOpen;

    record Listed(Instant at, String query) {}

    private record OpenWatch(String path, BlockingQueue<String> lines) {}

    private record Event(String path, long version, String line) {}

    FakeApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        objects.put("/api/v1/services", new TreeMap<>());
    }

    KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        return Clients.of(config, "test");
    }

    static String status(int code, String details) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" + code + ",\"details\":{"
                + details + "}}";
    }

    /** Serves custom resources of this path from now on, for example "/apis/networking.istio.io/v1/sidecars". */
    void install(String path) {
        objects.put(path, new TreeMap<>());
    }

    /** Serves them no more. */
    synchronized void uninstall(String path) {
        objects.remove(path);
        watches.stream().filter(watch -> watch.path.equals(path)).forEach(watch -> watch.lines.add(CUT));
    }

    /** Creates or changes a Service. */
    void put(String name, String spec) {
        put(
                "/api/v1/services",
                name,
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"namespace\":\"shop\",\"name\":\"" + name
                        + "\",\"resourceVersion\":\"VERSION\"},\"spec\":" + spec + "}");
    }

    synchronized void put(String path, String name, String json) {
        version++;
        String object = json.replace("VERSION", Long.toString(version));
        boolean is = objects.get(path).put(name, object) != null;
        happened(path, "{\"type\":\"" + (is ? "MODIFIED" : "ADDED") + "\",\"object\":" + object + "}");
    }

    synchronized void remove(String name) {
        version++;
        happened(
                "/api/v1/services",
                "{\"type\":\"DELETED\",\"object\":"
                        + objects.get("/api/v1/services").remove(name) + "}");
    }

    private void happened(String path, String line) {
        history.add(new Event(path, version, line));
        if (!halfOpen) {
            watches.stream().filter(watch -> watch.path.equals(path)).forEach(watch -> watch.lines.add(line));
        }
    }

    /** Sends a line to every open watch. */
    void send(String line) {
        watches.forEach(watch -> watch.lines.add(line));
    }

    void cut() {
        watches.forEach(watch -> watch.lines.add(CUT));
    }

    int openWatches() {
        return watches.size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (exchange.getRequestHeaders().containsKey("Upgrade")) {
            reply(exchange, 200, "{}");
        } else if (path.equals("/version")) {
            reply(exchange, 200, "{\"gitVersion\":\"v1.32.1\"}");
        } else if (!objects.containsKey(path)) {
            discovery(exchange, path);
        } else if (query.contains("watch=true")) {
            String refused = refusal;
            if (refused == null) {
                watch(exchange, path, query);
            } else {
                refuse(exchange, refused);
            }
        } else {
            list(exchange, path, query);
        }
    }

    private void discovery(HttpExchange exchange, String path) throws IOException {
        List<String> below = objects.keySet().stream()
                .filter(p -> p.startsWith(path + "/"))
                .map(p -> p.substring(path.length() + 1))
                .toList();
        if (below.isEmpty()) {
            reply(exchange, 404, status(404, ""));
        } else if (below.get(0).contains("/")) {
            String version = below.get(0).substring(0, below.get(0).indexOf('/'));
            reply(exchange, 200, "{\"versions\":[{\"version\":\"" + version + "\"}]}");
        } else {
            List<String> resources = below.stream()
                    .map(plural -> "{\"name\":\"" + plural + "\",\"kind\":\"Kind\",\"namespaced\":true}")
                    .toList();
            reply(exchange, 200, "{\"resources\":" + resources + "}");
        }
    }

    private void list(HttpExchange exchange, String path, String query) throws IOException {
        lists.add(new Listed(Instant.now(), query));
        String failure = refusal != null ? refusal : failures.poll();
        if (failure != null) {
            refuse(exchange, failure);
            return;
        }
        List<String> all;
        long now;
        synchronized (this) {
            all = new ArrayList<>(objects.get(path).values());
            now = version;
        }
        int limit = Integer.parseInt(query.replaceAll(".*limit=(\\d+).*", "$1"));
        int from = query.contains("continue=") ? Integer.parseInt(query.replaceAll(".*continue=(\\d+).*", "$1")) : 0;
        int to = Math.min(all.size(), from + limit);
        String more = to < all.size() ? ",\"continue\":\"" + to + "\"" : "";
        reply(
                exchange,
                200,
                "{\"metadata\":{\"resourceVersion\":\"" + now + "\"" + more + "},\"items\":" + all.subList(from, to)
                        + "}");
    }

    private void watch(HttpExchange exchange, String path, String query) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OpenWatch watch = open(path, Long.parseLong(query.replaceAll(".*resourceVersion=(\\d+).*", "$1")));
        BlockingQueue<String> lines = watch.lines;
        try (OutputStream out = exchange.getResponseBody()) {
            // The headers leave with the first byte; blanks between events are nothing.
            for (String line = " "; !line.equals(CUT); line = lines.take()) {
                out.write((line.isBlank() ? line : line + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watches.remove(watch);
        }
    }

    /** What happened since the list is told first, as a real one does: nothing falls between a list and its watch. */
    private synchronized OpenWatch open(String path, long since) {
        OpenWatch watch = new OpenWatch(path, new LinkedBlockingQueue<>());
        if (!halfOpen) {
            history.stream()
                    .filter(event -> event.path.equals(path) && event.version > since)
                    .forEach(event -> watch.lines.add(event.line));
        }
        if (!objects.containsKey(path)) {
            watch.lines.add(CUT);
        }
        watches.add(watch);
        return watch;
    }

    private static void refuse(HttpExchange exchange, String status) throws IOException {
        reply(exchange, Integer.parseInt(status.replaceAll(".*\"code\":(\\d+).*", "$1")), status);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
