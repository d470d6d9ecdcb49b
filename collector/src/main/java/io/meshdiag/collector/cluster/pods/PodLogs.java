package io.meshdiag.collector.cluster.pods;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends of logs. They are small, so that they are read whole. Asked for without fabric8's log operations, which first wait until the pod is ready:
 * the pods whose logs count are those that are not.
 */
final class PodLogs {
    private static final String RESOURCE = "pods/log";

    private final KubernetesClient client;
    private final AccessSettings settings;

    PodLogs(KubernetesClient client, AccessSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** The end of a log. The kubelet counts bytes from the first of the last lines: of a burst it would leave out what is newest, so fewer are asked for. */
    InputStream read(Pod pod, String container, Duration since, int lines) throws PageException, InterruptedException {
        int asked = lines;
        byte[] log = ask(pod, container, since, asked);
        while (log.length >= settings.maxLogBytes() && asked > 1) {
            asked = Math.max(1, Math.min(asked / 2, lines(log) * 3 / 4));
            log = ask(pod, container, since, asked);
        }
        return new ByteArrayInputStream(log);
    }

    private static int lines(byte[] log) {
        int lines = 0;
        for (byte b : log) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }

    private byte[] ask(Pod pod, String container, Duration since, int lines)
            throws PageException, InterruptedException {
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getConfiguration().getMasterUrl()
                        + "api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name()
                        + "/log?container=" + container + "&timestamps=true&sinceSeconds="
                        + Math.max(1, since.toSeconds())
                        + "&tailLines=" + lines + "&limitBytes=" + settings.maxLogBytes())
                .timeout(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .build();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<AsyncBody>> answer = client.getHttpClient()
                .consumeBytes(request, (chunks, body) -> {
                    append(log, chunks);
                    if (log.size() >= settings.maxLogBytes()) {
                        body.cancel();
                    } else {
                        body.consume();
                    }
                });
        try {
            long deadline = System.nanoTime() + settings.deadline().toNanos();
            HttpResponse<AsyncBody> response = answer.get(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
            finish(response, deadline, pod);
            return log.toByteArray();
        } catch (TimeoutException e) {
            throw new PageException(SourceState.UNREACHABLE, RESOURCE + ": the log did not come in time");
        } catch (ExecutionException e) {
            PageException refused = ApiRefusal.of(e, RESOURCE, pod);
            throw refused != null
                    ? refused
                    : new PageException(SourceState.UNREACHABLE, RESOURCE + ": the API server did not give the log");
        } finally {
            answer.cancel(true);
        }
    }

    private static void finish(HttpResponse<AsyncBody> response, long deadline, Pod pod)
            throws PageException, InterruptedException, ExecutionException, TimeoutException {
        try {
            if (response.code() != 200) {
                throw response.code() == 400
                        ? new PageException(
                                SourceState.MISSING,
                                RESOURCE + ": the container did not start yet, or is not there (400)")
                        : ApiRefusal.of(response.code(), RESOURCE, pod);
            }
            response.body().consume();
            response.body().done().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (CancellationException e) {
            // We ourselves, because the log was long enough.
            return;
        } finally {
            response.body().cancel();
        }
    }

    private void append(ByteArrayOutputStream log, List<ByteBuffer> chunks) {
        for (ByteBuffer chunk : chunks) {
            byte[] bytes = new byte[Math.min(chunk.remaining(), settings.maxLogBytes() - log.size())];
            chunk.get(bytes);
            log.writeBytes(bytes);
        }
    }
}
