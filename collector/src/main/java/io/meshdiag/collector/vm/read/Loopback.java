package io.meshdiag.collector.vm.read;

import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * HTTP on the machine's own ports: GET only, no redirects, no proxy, bounded in time and size however the other side behaves. IPv4 first; a machine
 * without it answers on {@code ::1}.
 */
public final class Loopback {
    private static final List<String> HOSTS = List.of("127.0.0.1", "[::1]");

    private final Duration idle;
    private final Duration deadline;

    /**
     * @param idle how long to wait for a connection, and for the next bytes
     * @param deadline of a whole answer
     */
    public Loopback(Duration idle, Duration deadline) {
        this.idle = idle;
        this.deadline = deadline;
    }

    /**
     * A page; the caller closes it.
     *
     * @param path with its query
     * @throws UnreadException when nothing answers, or not with 200
     */
    public InputStream get(int port, String path, long maxBytes) throws UnreadException {
        String what = "port " + port + " " + path;
        try {
            HttpURLConnection connection = connect(port, path)
                    .orElseThrow(() -> new UnreadException(
                            SourceState.UNREACHABLE,
                            "nothing listens at " + what + "; it is not started, starting, or ended"));
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw refused(connection.getResponseCode(), what);
            }
            return new Closing(connection, new Bounded(connection.getInputStream(), maxBytes, what, deadline));
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw unread(e, what);
        }
    }

    /**
     * The status of an answer whose body does not matter; empty when nothing listens there, which is an answer too.
     *
     * @throws UnreadException when what listens does not answer
     */
    public OptionalInt status(int port, String path) throws UnreadException {
        String what = "port " + port + " " + path;
        try {
            Optional<HttpURLConnection> connection = connect(port, path);
            if (connection.isEmpty()) {
                return OptionalInt.empty();
            }
            try {
                return OptionalInt.of(connection.get().getResponseCode());
            } finally {
                connection.get().disconnect();
            }
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw unread(e, what);
        }
    }

    private Optional<HttpURLConnection> connect(int port, String path) throws IOException {
        for (String host : HOSTS) {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + host + ":" + port + path).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) idle.toMillis());
            connection.setReadTimeout((int) idle.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestProperty("Connection", "close");
            connection.setRequestProperty("User-Agent", "meshdiag");
            try {
                connection.connect();
                return Optional.of(connection);
            } catch (ConnectException e) {
                connection.disconnect();
            }
        }
        return Optional.empty();
    }

    private static UnreadException refused(int status, String what) {
        SourceState state =
                switch (status) {
                    case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_UNAUTHORIZED -> SourceState.FORBIDDEN;
                    case HttpURLConnection.HTTP_NOT_FOUND -> SourceState.MISSING;
                    default -> SourceState.UNREACHABLE;
                };
        return new UnreadException(state, what + " answers with status " + status);
    }

    private UnreadException unread(IOException e, String what) {
        return new UnreadException(
                SourceState.UNREACHABLE,
                e instanceof SocketTimeoutException
                        ? what + " gave no answer within " + idle.toSeconds() + " s; it hangs, or is overloaded"
                        : what + " ended the connection, or does not speak HTTP");
    }

    /** Ends the connection with the page, also where the page has no end. */
    private final class Closing extends InputStream {
        private final HttpURLConnection connection;
        private final InputStream page;

        Closing(HttpURLConnection connection, InputStream page) {
            this.connection = connection;
            this.page = page;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return page.read(buffer, offset, length);
            } catch (UnreadException e) {
                throw e;
            } catch (IOException e) {
                throw unread(e, connection.getURL().getPath());
            }
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }
}
