package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What an answer that is no page means (istiod: pilot/pkg/xds/debug.go; Envoy: its admin interface). */
final class Refusal {
    /** When a busy server does not say how long it wants to be left alone. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int ENOUGH = 500;

    private Refusal() {}

    static PageException of(Pod pod, Way way, String path, int code, String retryAfter, InputStream body)
            throws IOException {
        String who = PodRole.of(pod) == PodRole.ISTIOD ? "istiod" : "the pod";
        boolean metrics = path.startsWith("/metrics");
        return switch (code) {
            case 401 ->
                new PageException(
                        SourceState.FORBIDDEN,
                        way.word() + ": " + who
                                + " answered 401: token refused; its audience must be istio-ca, and with"
                                + " XDS_AUTH=false istiod refuses all of them: let the collector use pods/portforward");
            case 403 ->
                new PageException(
                        SourceState.FORBIDDEN,
                        way.word() + ": " + who + " answered 403: "
                                + (metrics
                                        ? "METRICS_LOCALHOST_ACCESS_ONLY=true answers its own pod only: let the"
                                                + " collector use pods/portforward"
                                        : "this istiod answers only its own namespace (since 1.27.6/1.28.4/1.29.0): run"
                                                + " the collector in istio-system or set"
                                                + " DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES"));
            case 404 -> missing(who, way, body);
            default ->
                code == 429 || code >= 500
                        ? new PageException(
                                SourceState.UNREACHABLE,
                                way.word() + ": " + who + " answered " + code + "; it is asked again later",
                                pause(retryAfter),
                                null)
                        : new PageException(
                                SourceState.UNREADABLE, way.word() + ": " + who + " answered " + code + ", not a page");
        };
    }

    private static PageException missing(String who, Way way, InputStream body) throws IOException {
        String text = new String(body.readNBytes(ENOUGH), StandardCharsets.UTF_8);
        return new PageException(
                SourceState.MISSING,
                way.word() + ": " + who + " answered 404: "
                        + (text.contains("Proxy not connected")
                                ? "the proxy is not connected to this replica"
                                : "this version has no such page, or ENABLE_DEBUG_ON_HTTP=false switched it off"));
    }

    /** Seconds are what servers send here; a date is not worth a parser. */
    private static Duration pause(String retryAfter) {
        if (!retryAfter.matches("[0-9]{1,6}")) {
            return PAUSE;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(retryAfter));
        return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    }
}
