package io.meshdiag.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Gets an answer from one of several registries: tries each URL, beginning with the one that answered last, then waits and tries again.
 * Waits grow and are random over their whole length (full jitter), so that a fleet of collectors does not come back all at once.
 */
final class RegistryTransport {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int TOO_MANY_REQUESTS = 429;

    private final RegistryConfig config;
    private final HttpClient http;
    private final Pause pause;
    private volatile int preferred;

    /** Waits; tests count instead. */
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /** An answer that is not "try again". */
    record Answer(URI url, int status, String body) {}

    RegistryTransport(RegistryConfig config) {
        this(config, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
    }

    RegistryTransport(RegistryConfig config, Pause pause) {
        this.config = config;
        this.pause = pause;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(config.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER);
        config.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /**
     * Sends a request until somebody answers.
     *
     * @param path encoded, from the base URL. Example: "/schemas/ids/7"
     * @param body JSON; empty = none
     * @throws RegistryUnreachableException naming the URLs and what happened last
     */
    Answer send(String method, String path, String body) {
        Exception last = null;
        int urls = config.urls().size();
        for (int round = 0; ; round++) {
            int first = preferred;
            for (int i = 0; i < urls; i++) {
                int index = (first + i) % urls;
                try {
                    Answer answer = once(config.urls().get(index), method, path, body);
                    preferred = index;
                    return answer;
                } catch (IOException e) {
                    last = e;
                } catch (InterruptedException e) {
                    throw new InterruptException("interrupted while waiting for the schema registry", e);
                }
            }
            if (round == config.retries()) {
                throw new RegistryUnreachableException(
                        "no schema registry answered " + method + " " + path + " after " + (round + 1)
                                + " attempt(s) at " + config.urls() + "; last: " + last.getMessage()
                                + "; check that it runs and that schema.registry.url is right",
                        last);
            }
            waitBefore(round);
        }
    }

    private Answer once(URI url, String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Accept", CONTENT_TYPE)
                .timeout(config.readTimeout())
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", CONTENT_TYPE);
        }
        config.authorization().ifPresent(value -> request.header("Authorization", value));
        HttpResponse<String> response = await(url, request.build());
        int status = response.statusCode();
        if (status >= 500 || status == TOO_MANY_REQUESTS) {
            throw new IOException(url + " answered with status " + status);
        }
        return new Answer(url, status, response.body());
    }

    /** HttpRequest's own time-out ends with the headers; a body that trickles would hold us for ever. */
    private HttpResponse<String> await(URI url, HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            return answer.get(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    url + " did not answer within " + config.readTimeout().toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String what = cause instanceof ConnectException
                    ? "refused the connection"
                    : "failed with " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
            throw new IOException(url + " " + what, cause);
        } finally {
            answer.cancel(true);
        }
    }

    private void waitBefore(int round) {
        long longest =
                Math.min(config.retryMaxWait().toMillis(), config.retryWait().toMillis() << Math.min(round, 20));
        try {
            pause.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest + 1)));
        } catch (InterruptedException e) {
            throw new InterruptException("interrupted while waiting for the schema registry", e);
        }
    }
}
