package io.meshdiag.sink.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** An HTTP server that answers bulk requests as a test wrote it, and well when the script is over; it remembers what it was sent. */
public final class ScriptedStore implements AutoCloseable {
    /** An answer: status and body; status 0 cuts the connection. */
    public record Reply(int status, String body) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Queue<Function<List<String>, Reply>> script = new ConcurrentLinkedQueue<>();
    private volatile Function<List<String>, Reply> afterwards =
            writes -> items(Collections.nCopies(writes.size(), 201));
    private final List<List<String>> requests = Collections.synchronizedList(new ArrayList<>());

    public ScriptedStore() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/_bulk", this::answer);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Adds an answer that depends on the writes of the request. */
    public ScriptedStore then(Function<List<String>, Reply> reply) {
        script.add(reply);
        return this;
    }

    /** Answers so when the script is over. */
    public void always(Function<List<String>, Reply> reply) {
        afterwards = reply;
    }

    /** Adds an answer for the whole request. */
    public ScriptedStore then(int status, String body) {
        return then(writes -> new Reply(status, body));
    }

    /** Adds an answer of status 200 with one result per write. */
    public ScriptedStore thenItems(Integer... statuses) {
        return then(writes -> items(List.of(statuses)));
    }

    /** Writes of each request, as {@code action id} or {@code action id@version}. */
    public List<List<String>> requests() {
        return List.copyOf(requests);
    }

    /** A bulk answer with these statuses. */
    public static Reply items(List<Integer> statuses) {
        List<String> items = statuses.stream().map(ScriptedStore::item).toList();
        return new Reply(200, "{\"errors\":true,\"items\":[" + String.join(",", items) + "]}");
    }

    private static String item(int status) {
        String error =
                switch (status) {
                    case 400 ->
                        error(
                                "document_parsing_exception",
                                "failed to parse field [a] of type [long]. Preview of field's value: 's3cret'");
                    case 401, 403 -> error("security_exception", "action is unauthorized");
                    case 404 -> error("index_not_found_exception", "no such index");
                    case 409 -> error("version_conflict_engine_exception", "version conflict");
                    case 429 -> error("es_rejected_execution_exception", "rejected execution");
                    case 503 -> error("unavailable_shards_exception", "primary shard is not active");
                    default -> "";
                };
        return "{\"index\":{\"status\":" + status + error + "}}";
    }

    private static String error(String type, String reason) {
        return ",\"error\":{\"type\":\"" + type + "\",\"reason\":\"" + reason + "\"}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<String> writes = writes(exchange);
        requests.add(writes);
        Function<List<String>, Reply> next = script.poll();
        Reply reply = (next == null ? afterwards : next).apply(writes);
        if (reply.status() == 0) {
            exchange.close();
            return;
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static List<String> writes(HttpExchange exchange) throws IOException {
        List<String> writes = new ArrayList<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean document = false;
        for (String line : body.split("\n")) {
            if (!document) {
                JsonNode action = JSON.readTree(line);
                String name = action.fieldNames().next();
                JsonNode meta = action.get(name);
                writes.add(
                        name + " " + meta.get("_id").asText() + (meta.has("version") ? "@" + meta.get("version") : ""));
                document = !name.equals("delete");
            } else {
                document = false;
            }
        }
        return writes;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
