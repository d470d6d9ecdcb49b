package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.artifact.log.LogFile;
import io.meshdiag.simulator.fleet.LogLine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Stands in for the kubelets of a cluster: what the API server asks them on behalf of exec, log and port-forward. Streams go
 * over WebSockets (v4.channel.k8s.io), as fabric8's client wants them; kubectl's SPDY is not spoken.
 */
final class Kubelet {
    private static final String SUCCESS = "{\"metadata\":{},\"status\":\"Success\"}";
    private static final String FAILED =
            "{\"metadata\":{},\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"message\":\"command terminated with"
                    + " exit code 1\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"1\"}]}}";

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final PodLookup pods;
    private final Forwarding forwarding;

    /** Pods by namespace and name, as they are at present; null = there is none. */
    interface PodLookup {
        ServedPod pod(String namespace, String name);
    }

    Kubelet(Vertx vertx, PemKeyCertOptions certificate, PodLookup pods, Forwarding forwarding) {
        this.vertx = vertx;
        this.options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(certificate)
                .addWebSocketSubProtocol(Channels.PROTOCOL);
        this.pods = pods;
        this.forwarding = forwarding;
    }

    Future<HttpServer> listen(String address, int port) {
        return vertx.createHttpServer(options).requestHandler(this::handle).listen(port, address);
    }

    /** Parts of a path: what is asked for, namespace, pod, container. */
    private static String[] parts(String path) {
        return path.substring(1).split("/");
    }

    private void handle(HttpServerRequest request) {
        if ("websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            stream(request);
        } else {
            answer(request);
        }
    }

    private void answer(HttpServerRequest request) {
        String[] parts = parts(request.path());
        ServedPod pod = parts.length == 4 && parts[0].equals("containerLogs") ? pods.pod(parts[1], parts[2]) : null;
        if (pod == null) {
            request.response().setStatusCode(404).end("404 page not found\n");
            return;
        }
        vertx.executeBlocking(() -> log(pod.log(parts[3]), Request.of(request.uri())), false)
                .onSuccess(text -> request.response().end(text))
                .onFailure(failure -> request.response().setStatusCode(500).end(failure.toString()));
    }

    private static String log(LogFile log, Request request) throws IOException {
        String since = request.value("sinceSeconds");
        Instant from = since.isEmpty() ? Instant.MIN : Instant.now().minusSeconds(Long.parseLong(since));
        List<LogLine> lines = log.lines().stream()
                .filter(line -> !line.at().isBefore(from))
                .sorted(Comparator.comparing(LogLine::at))
                .toList();
        String tail = request.value("tailLines");
        int most = tail.isEmpty() ? lines.size() : Integer.parseInt(tail);
        StringWriter text = new StringWriter();
        for (LogLine line : lines.subList(Math.max(0, lines.size() - most), lines.size())) {
            if (request.value("timestamps").equals("true")) {
                text.write(line.at() + " ");
            }
            new LogFile("", List.of(line)).writeTo(text);
        }
        return text.toString();
    }

    private void stream(HttpServerRequest request) {
        Request asked = Request.of(request.uri());
        String[] parts = parts(asked.path());
        ServedPod pod = parts.length < 3 ? null : pods.pod(parts[1], parts[2]);
        if (pod != null && parts[0].equals("exec")) {
            request.toWebSocket().onSuccess(socket -> exec(pod, asked.values("command"), new Channels(socket)));
        } else if (pod != null && parts[0].equals("portForward")) {
            int port = Integer.parseInt(asked.value("port"));
            request.toWebSocket().onSuccess(socket -> forwarding.forward(pod, port, new Channels(socket)));
        } else {
            request.response().setStatusCode(404).end("404 page not found\n");
        }
    }

    /** Streams 1 and 2 are the command's output and errors, 3 tells how it ended. */
    private void exec(ServedPod pod, List<String> command, Channels channels) {
        vertx.executeBlocking(() -> pod.run(command), false).onComplete(done -> {
            if (done.succeeded()) {
                channels.send(1, Buffer.buffer(done.result()));
            } else {
                channels.send(2, Buffer.buffer(String.valueOf(done.cause().getMessage())));
            }
            channels.sendFrame(3, Buffer.buffer(done.succeeded() ? SUCCESS : FAILED))
                    .onComplete(sent -> channels.socket().close());
        });
    }
}
