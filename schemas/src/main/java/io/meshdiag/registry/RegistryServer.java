package io.meshdiag.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Serves an {@link InProcessRegistry} over HTTP on loopback, with paths, bodies and error codes of the Confluent Schema Registry, so that
 * programs of others can read the topics of {@code standalone}.
 */
public final class RegistryServer implements AutoCloseable {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BODY = 1 << 20;

    private final InProcessRegistry registry;
    private final HttpServer server;

    /** Starts on a free port of 127.0.0.1. */
    public static RegistryServer start(InProcessRegistry registry) {
        try {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            return new RegistryServer(registry, HttpServer.create(new InetSocketAddress(loopback, 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException("the registry cannot listen on 127.0.0.1", e);
        }
    }

    private RegistryServer(InProcessRegistry registry, HttpServer server) {
        this.registry = registry;
        this.server = server;
        server.createContext("/", this::handle);
        server.start();
    }

    /** Base URL, for {@code schema.registry.url}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        int status = 200;
        Object answer;
        try {
            List<String> path = Arrays.stream(
                            exchange.getRequestURI().getRawPath().substring(1).split("/"))
                    .map(s -> URLDecoder.decode(s, StandardCharsets.UTF_8))
                    .toList();
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
            answer = answer(exchange.getRequestMethod(), path, body);
        } catch (RegistryException e) {
            status = e.status();
            answer = Map.of("error_code", e.errorCode(), "message", e.getMessage());
        } catch (RuntimeException e) {
            status = 500;
            answer = Map.of(
                    "error_code",
                    50001,
                    "message",
                    "Error in the backend: " + e.getClass().getSimpleName());
        }
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Object answer(String method, List<String> path, byte[] body) {
        return switch (method + " " + shape(path)) {
            case "GET /subjects" -> registry.subjects();
            case "POST /subjects/*" -> version(registry.find(path.get(1), schema(body)));
            case "GET /subjects/*/versions" ->
                IntStream.rangeClosed(1, registry.versions(path.get(1))).boxed().toList();
            case "POST /subjects/*/versions" -> Map.of("id", registry.register(path.get(1), schema(body)));
            case "GET /subjects/*/versions/*" -> version(version(path.get(1), path.get(3)));
            case "GET /schemas/ids/*" ->
                Map.of(
                        "schema",
                        registry.schemaById(number(path.get(2), RegistryException.SCHEMA_NOT_FOUND))
                                .toString());
            case "POST /compatibility/subjects/*/versions/*" -> compatible(path.get(2), path.get(4), schema(body));
            case "GET /config" ->
                Map.of("compatibilityLevel", registry.defaultCompatibility().name());
            case "GET /config/*" ->
                Map.of("compatibilityLevel", registry.compatibility(path.get(1)).name());
            case "PUT /config" -> {
                registry.setDefaultCompatibility(level(body));
                yield Map.of("compatibility", level(body).name());
            }
            case "PUT /config/*" -> {
                registry.setCompatibility(path.get(1), level(body));
                yield Map.of("compatibility", level(body).name());
            }
            default -> throw new RegistryException(404, "HTTP 404 Not Found");
        };
    }

    /** The path with a star where a name or number stands. */
    private static String shape(List<String> path) {
        boolean twoWords = path.get(0).equals("schemas") || path.get(0).equals("compatibility");
        return IntStream.range(0, path.size())
                .mapToObj(i -> i > 0 && i % 2 == (twoWords ? 0 : 1) ? "/*" : "/" + path.get(i))
                .collect(Collectors.joining());
    }

    private static Map<String, Object> version(RegisteredSchema schema) {
        return Map.of(
                "subject", schema.subject(),
                "version", schema.version(),
                "id", schema.id(),
                "schema", schema.schema().toString());
    }

    private RegisteredSchema version(String subject, String version) {
        return version.equals("latest")
                ? registry.latest(subject)
                : registry.version(subject, number(version, RegistryException.INVALID_VERSION));
    }

    private Map<String, Object> compatible(String subject, String version, Schema schema) {
        List<String> objections = registry.compatibility(subject)
                .objections(schema, List.of(version(subject, version).schema()));
        return Map.of("is_compatible", objections.isEmpty(), "messages", objections);
    }

    private static int number(String text, int errorCode) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new RegistryException(errorCode, "not a number that this registry gave");
        }
    }

    private static Schema schema(byte[] body) {
        JsonNode request = tree(body);
        if (!request.path("schemaType").asText("AVRO").equals("AVRO")) {
            throw new RegistryException(RegistryException.INVALID_SCHEMA, "this registry keeps Avro schemas only");
        }
        try {
            return new Schema.Parser().parse(request.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new RegistryException(RegistryException.INVALID_SCHEMA, "Invalid schema: " + e.getMessage());
        }
    }

    private static Compatibility level(byte[] body) {
        return Compatibility.of(tree(body).path("compatibility").asText());
    }

    private static JsonNode tree(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            // Told below.
        }
        throw new RegistryException(RegistryException.INVALID_SCHEMA, "the request's body is no JSON object");
    }
}
