package io.meshdiag.collector.cluster.pods;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.time.Duration;

/** What it means that the API server itself refused a way into a pod. */
final class ApiRefusal {
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private ApiRefusal() {}

    /**
     * Looks for an answer of the API server among the causes; null when there was none.
     *
     * @param resource for example "pods/exec"
     */
    static PageException of(Throwable problem, String resource, Pod pod) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof WebSocketHandshakeException handshake && handshake.getResponse() != null) {
                return of(handshake.getResponse().code(), resource, pod);
            }
            if (t instanceof KubernetesClientException answer && answer.getCode() > 0) {
                return of(answer.getCode(), resource, pod);
            }
        }
        return null;
    }

    static PageException of(int code, String resource, Pod pod) {
        return switch (code) {
            case 401 ->
                new PageException(
                        SourceState.FORBIDDEN, resource + ": the API server refused the collector's credentials (401)");
            case 403 ->
                new PageException(
                        SourceState.FORBIDDEN,
                        resource + ": the API server answered 403: grant get and create on " + resource
                                + " in namespace " + pod.namespace());
            case 404 ->
                new PageException(SourceState.UNREACHABLE, resource + ": the pod or its container is gone (404)");
            default ->
                code == 429
                        ? new PageException(
                                SourceState.UNREACHABLE,
                                resource + ": the API server is busy (429); it is asked again later",
                                PAUSE,
                                null)
                        : new PageException(
                                SourceState.UNREACHABLE,
                                resource + ": the API server answered " + code + "; the pod's node may be away");
        };
    }
}
