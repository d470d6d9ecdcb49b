package io.meshdiag.simulator.serve;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/**
 * Serves a pod's site over HTTP.
 *
 * @param site as it is at the time of a request; null = the pod is gone
 * @param guard null = callers come from the pod's own loopback
 * @param trouble null = none
 */
record PageServer(Vertx vertx, Supplier<Site> site, DebugGuard guard, Supplier<Trouble> trouble) {
    private static final HttpServerOptions OPTIONS =
            new HttpServerOptions().setCompressionSupported(true).setIdleTimeout(60);

    /** @param port 0 = any */
    Future<HttpServer> listen(String address, int port) {
        return vertx.createHttpServer(OPTIONS).requestHandler(this::answer).listen(port, address);
    }

    private record Answer(int status, Buffer page) {}

    private void answer(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            request.response().setStatusCode(405).end();
            return;
        }
        vertx.executeBlocking(() -> read(request.uri(), request.getHeader("authorization")), false)
                .onSuccess(answer -> send(request, answer))
                .onFailure(failure -> request.response().setStatusCode(500).end(failure.toString()));
    }

    private Answer read(String uri, String authorization) throws Exception {
        Site now = site.get();
        byte[] page = now == null ? null : now.page(uri);
        if (page == null) {
            return new Answer(404, Buffer.buffer("404 page not found\n"));
        }
        int status = guard != null && now.guarded(uri) ? guard.check(authorization, uri) : 200;
        return new Answer(status, status == 200 ? Buffer.buffer(page) : Buffer.buffer());
    }

    private void send(HttpServerRequest request, Answer answer) {
        Trouble now = trouble.get();
        if (now != null) {
            now.answer(request, answer.page(), vertx);
        } else {
            request.response().setStatusCode(answer.status()).end(answer.page());
        }
    }
}
