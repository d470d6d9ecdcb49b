package io.meshdiag.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.schema.Printable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The Confluent Schema Registry REST protocol over HTTP, as Confluent, Apicurio ({@code /apis/ccompat/v7}), Karapace and Redpanda speak it.
 * Asks every time; {@link CachingRegistryClient} remembers.
 */
public final class HttpRegistryClient implements RegistryClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryTransport transport;

    /** Connects when first asked. */
    public HttpRegistryClient(RegistryConfig config) {
        this(new RegistryTransport(config));
    }

    HttpRegistryClient(RegistryTransport transport) {
        this.transport = transport;
    }

    @Override
    public int register(String subject, Schema schema) {
        return ask("POST", "/subjects/" + segment(subject) + "/versions", schemaBody(schema))
                .path("id")
                .asInt();
    }

    @Override
    public Schema schemaById(int id) {
        // An id is unsigned on the wire; a negative one cannot be anybody's.
        return parse(ask("GET", "/schemas/ids/" + Integer.toUnsignedString(id), ""), "schema id " + id);
    }

    @Override
    public int lookup(String subject, Schema schema) {
        return ask("POST", "/subjects/" + segment(subject), schemaBody(schema))
                .path("id")
                .asInt();
    }

    @Override
    public RegisteredSchema latest(String subject) {
        JsonNode answer = ask("GET", "/subjects/" + segment(subject) + "/versions/latest", "");
        return new RegisteredSchema(
                subject,
                answer.path("version").asInt(),
                answer.path("id").asInt(),
                parse(answer, "the latest version of subject " + subject));
    }

    @Override
    public Compatibility compatibility(String subject) {
        // Confluent answers 404 for a subject without its own level unless asked for the default; others ignore the
        // parameter.
        try {
            return level(ask("GET", "/config/" + segment(subject) + "?defaultToGlobal=true", ""));
        } catch (RegistryException e) {
            if (e.status() != 404) {
                throw e;
            }
            return level(ask("GET", "/config", ""));
        }
    }

    @Override
    public void setCompatibility(String subject, Compatibility level) {
        ask("PUT", "/config/" + segment(subject), json(Map.of("compatibility", level.name())));
    }

    private static Compatibility level(JsonNode answer) {
        return Compatibility.of(answer.path("compatibilityLevel").asText());
    }

    private JsonNode ask(String method, String path, String body) {
        RegistryTransport.Answer answer = transport.send(method, path, body);
        String what = "schema registry " + answer.url() + " answered " + method + " " + path + " with status "
                + answer.status() + ": ";
        JsonNode json = tree(answer.body());
        if (answer.status() == 200 && json != null && json.isObject()) {
            return json;
        }
        if (answer.status() == 401 || answer.status() == 403) {
            throw new RegistryException(
                    answer.status(),
                    what + "not allowed; check basic.auth.credentials.source and basic.auth.user.info");
        }
        if (json == null || !json.has("error_code")) {
            throw new RegistryException(
                    answer.status(),
                    what + "not a registry's answer; schema.registry.url is not a registry's base URL");
        }
        throw new RegistryException(
                json.path("error_code").asInt(answer.status()),
                what + Printable.shorten(json.path("message").asText(), 1_000));
    }

    private static Schema parse(JsonNode answer, String what) {
        String type = answer.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new RegistryException(
                    RegistryException.INVALID_SCHEMA, what + " is of type " + Printable.shorten(type, 50));
        }
        try {
            return new Schema.Parser().parse(answer.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new RegistryException(
                    RegistryException.INVALID_SCHEMA,
                    what + " does not parse (" + Printable.shorten(String.valueOf(e.getMessage()), 500)
                            + "); references to other schemas are not followed");
        }
    }

    private static String schemaBody(Schema schema) {
        return json(Map.of("schema", schema.toString()));
    }

    private static String json(Map<String, String> body) {
        return JSON.valueToTree(body).toString();
    }

    /** Null when it is not JSON. */
    private static JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String segment(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
