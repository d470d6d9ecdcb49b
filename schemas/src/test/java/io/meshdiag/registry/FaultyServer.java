package io.meshdiag.registry;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A registry that misbehaves as told, answer by answer; the last behaviour stays. */
final class FaultyServer implements AutoCloseable {
    /** What was asked: method, path, and the Authorization header (null = none). */
    record Request(String line, String authorization) {}

    private record Answer(int status, String body, boolean trickles) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    FaultyServer() throws IOException {
        this(HttpServer.create());
    }

    /** With TLS; asks for a certificate of the client. */
    FaultyServer(SSLContext tls) throws IOException {
        this(https(tls));
    }

    private static HttpServer https(SSLContext tls) throws IOException {
        HttpsServer https = HttpsServer.create();
        https.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters params) {
                var parameters = tls.getDefaultSSLParameters();
                parameters.setNeedClientAuth(true);
                params.setSSLParameters(parameters);
            }
        });
        return https;
    }

    private FaultyServer(HttpServer server) throws IOException {
        this.server = server;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(new Request(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders().getFirst("Authorization")));
            Answer answer = next();
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, body.length);
            if (answer.trickles) {
                exchange.getResponseBody().write(body, 0, 1);
                exchange.getResponseBody().flush();
                await(closing);
            } else {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    FaultyServer answers(int status, String body) {
        answers.add(new Answer(status, body, false));
        return this;
    }

    /** Sends headers and the first byte, then nothing. */
    FaultyServer trickles() {
        answers.add(new Answer(200, "{\"id\": 1}", true));
        return this;
    }

    String url() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
                + server.getAddress().getPort();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private synchronized Answer next() {
        return answers.size() > 1 ? answers.remove() : answers.element();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
