package io.meshdiag.sink.harness;

import io.meshdiag.sink.SinkApp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A sink on a thread of its own; closing stops it as SIGTERM does. */
public final class RunningSink implements AutoCloseable {
    private final SinkApp app;
    private final Thread thread;

    RunningSink(SinkApp app) {
        this.app = app;
        thread = new Thread(
                () -> {
                    try {
                        app.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "sink");
        thread.start();
    }

    /** Why it is not ready, empty when it is. */
    public String unreadyReason() {
        return app.unreadyReason();
    }

    /** Answer of its HTTP server. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + app.httpPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        app.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        app.close();
    }
}
