package io.meshdiag.simulator.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real API server, spoken to with plain REST: the simulator's objects are trees, of kinds that no client has classes for. */
final class ApiServer {
    /** On every object that a simulator made, so that it can be found and deleted by whoever comes next. */
    static final String OWN = "meshdiag.io/simulated";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String MERGE = "application/merge-patch+json";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A new CRD is not served at once, a namespace that is going takes nothing, and servers restart. */
    private static final Set<Integer> PASSING = Set.of(404, 429, 500, 503, 504);

    private final HttpClient http;
    private final URL url;

    ApiServer(KubernetesClient client) {
        this.http = client.getHttpClient();
        this.url = client.getMasterUrl();
    }

    /** Host and port. */
    String address() {
        return url.getHost() + ":" + (url.getPort() < 0 ? url.getDefaultPort() : url.getPort());
    }

    /** False when an object of that name is there, which is somebody else's: it stays as it is. */
    boolean create(ApiObject object) {
        int code = persistently("POST", object.kind().path(object.namespace()), object.body());
        if (code == 409) {
            return false;
        }
        if (!object.status().isEmpty()) {
            patchStatus(object, Map.of("status", object.status()));
        }
        return true;
    }

    void patch(ApiObject object, Map<String, Object> change) {
        persistently("PATCH", object.path(), change);
    }

    void patchStatus(ApiObject object, Map<String, Object> change) {
        persistently("PATCH", object.path() + "/status", change);
    }

    void delete(ApiObject.Key key) {
        delete(key.kind(), key.namespace(), key.name());
    }

    /** At once: no kubelet would ever say that a pod has ended. */
    private void delete(ResourceKind kind, String namespace, String name) {
        Answer answer = send(
                "DELETE",
                kind.path(namespace) + "/" + name,
                Map.of("gracePeriodSeconds", 0, "propagationPolicy", "Background"));
        if (answer.code() >= 300 && answer.code() != 404 && answer.code() != 409) {
            throw answer.refused("DELETE " + kind.kind() + " " + name);
        }
    }

    /** Deletes all objects of a kind that a simulator made. */
    void sweep(ResourceKind kind, Parallel parallel) {
        List<JsonNode> found = own(kind);
        parallel.each(found, each -> {
            JsonNode metadata = each.path("metadata");
            delete(
                    kind,
                    metadata.path("namespace").asText(),
                    metadata.path("name").asText());
        });
    }

    /** Whether nothing of a kind is left that a simulator made. */
    boolean swept(ResourceKind kind) {
        return own(kind).isEmpty();
    }

    private List<JsonNode> own(ResourceKind kind) {
        Answer answer = send("GET", kind.path("") + "?labelSelector=" + OWN, null);
        // Without the CRD there is no such kind.
        if (answer.code() == 404) {
            return List.of();
        }
        if (answer.code() != 200) {
            throw answer.refused("GET " + kind.plural());
        }
        List<JsonNode> items = new ArrayList<>();
        answer.json().path("items").forEach(items::add);
        return items;
    }

    /** Asks whom a token belongs to: the user's name, or empty when it is not valid for the audience. */
    String review(String token, String audience) {
        Answer answer = send(
                "POST",
                "/apis/authentication.k8s.io/v1/tokenreviews",
                Map.of(
                        "apiVersion", "authentication.k8s.io/v1",
                        "kind", "TokenReview",
                        "spec", Map.of("token", token, "audiences", List.of(audience))));
        JsonNode status = answer.json().path("status");
        return status.path("authenticated").asBoolean()
                ? status.path("user").path("username").asText()
                : "";
    }

    private int persistently(String method, String path, Map<String, Object> body) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long pause = 50; ; pause = Math.min(1000, pause * 2)) {
            Answer answer = send(method, path, body);
            if (answer.code() < 300 || (method.equals("POST") && answer.existed())) {
                return answer.code();
            }
            if (!(PASSING.contains(answer.code()) || answer.passing()) || System.nanoTime() > end) {
                throw answer.refused(method + " " + path);
            }
            pause(pause);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for an API server", e);
        }
    }

    private record Answer(int code, String text) {
        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean existed() {
            return code == 409
                    && json().path("reason").asText().equals("AlreadyExists")
                    && !text.contains("being deleted");
        }

        /** What controllers have yet to make, or somebody else just changed. */
        boolean passing() {
            return code == 409 || (code == 403 && (text.contains("not found") || text.contains("being terminated")));
        }

        IllegalStateException refused(String what) {
            String why = text.isEmpty() ? "" : json().path("message").asText();
            return new IllegalStateException("The API server answered " + code + " to " + what + ": " + why);
        }
    }

    private Answer send(String method, String path, Map<String, Object> body) {
        try {
            String type = method.equals("PATCH") ? MERGE : "application/json";
            String text = body == null ? null : JSON.writeValueAsString(body);
            var request = http.newHttpRequestBuilder()
                    .uri(URI.create(url.toString().replaceAll("/$", "") + path))
                    .timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (text != null) {
                request.method(method, type, text);
            }
            HttpResponse<byte[]> response =
                    http.sendAsync(request.build(), byte[].class).get(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
            byte[] bytes = response.body();
            return new Answer(
                    response.code(), bytes == null ? "" : new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("No answer from the API server to " + method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for an API server", e);
        }
    }
}
