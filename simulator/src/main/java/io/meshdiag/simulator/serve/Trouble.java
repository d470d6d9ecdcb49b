package io.meshdiag.simulator.serve;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Ways in which a page is not served as it should. */
public enum Trouble {
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    /** With {@code Retry-After: 1}. */
    TOO_MANY_REQUESTS(429),
    UNAVAILABLE(503),
    /** A byte per tenth of a second, without an end in sight. */
    TRICKLE(200),
    /** The connection breaks in the middle of the body. */
    CUT(200),
    /** White space forever, as fast as the reader takes it. */
    ENDLESS(200);

    private static final Buffer BLANKS = Buffer.buffer(" ".repeat(16 * 1024));

    private final int status;

    Trouble(int status) {
        this.status = status;
    }

    void answer(HttpServerRequest request, Buffer page, Vertx vertx) {
        HttpServerResponse response = request.response().setStatusCode(status);
        switch (this) {
            case TRICKLE -> {
                response.setChunked(true);
                long timer = vertx.setPeriodic(1, 100, tick -> response.write(" "));
                response.closeHandler(closed -> vertx.cancelTimer(timer));
            }
            case CUT -> {
                response.putHeader("content-length", Integer.toString(page.length()));
                response.write(page.slice(0, page.length() / 2))
                        .onComplete(written -> request.connection().close());
            }
            case ENDLESS -> {
                response.setChunked(true);
                fill(response);
            }
            case TOO_MANY_REQUESTS -> response.putHeader("retry-after", "1").end();
            default -> response.end();
        }
    }

    private static void fill(HttpServerResponse response) {
        while (!response.closed() && !response.writeQueueFull()) {
            response.write(BLANKS);
        }
        response.drainHandler(drained -> fill(response));
    }
}
