package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/** One GET over a wire: HTTP/1.1, one request per connection, compressed where the server can. */
final class HttpExchange {
    private static final int BUFFER = 16 * 1024;
    private static final Http1Config CONFIG =
            Http1Config.custom().setMaxLineLength(BUFFER).setMaxHeaderCount(100).build();

    private HttpExchange() {}

    /** Returns the body of a 200; closing it closes the wire, which this method does itself whenever it fails. */
    static InputStream get(Wire wire, Pod pod, Way way, String path, Map<String, String> headers, PageLimits limits)
            throws PageException, InterruptedException {
        boolean answered = false;
        try {
            InputStream raw = wire.exchange(request(path, headers));
            SessionInputBuffer buffer = new SessionInputBufferImpl(BUFFER, BUFFER);
            ClassicHttpResponse response = new DefaultHttpResponseParser(CONFIG).parse(buffer, raw);
            if (response == null) {
                throw new IOException("no answer");
            }
            InputStream body = body(response, buffer, raw);
            if (response.getCode() != 200) {
                throw Refusal.of(pod, way, path, response.getCode(), header(response, "Retry-After"), body);
            }
            answered = true;
            return new PageStream(body, wire, limits);
        } catch (IOException | HttpException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw wire.failure(e);
        } finally {
            if (!answered) {
                closeQuietly(wire);
            }
        }
    }

    private static byte[] request(String path, Map<String, String> headers) {
        StringBuilder request = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\n");
        // A name, not an address: what answers does not look at it.
        request.append("Host: localhost\r\nUser-Agent: meshdiag\r\nAccept-Encoding: gzip\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static InputStream body(ClassicHttpResponse response, SessionInputBuffer buffer, InputStream raw)
            throws HttpException, IOException {
        long length = DefaultContentLengthStrategy.INSTANCE.determineLength(response);
        InputStream body = length == ContentLengthStrategy.CHUNKED
                ? new ChunkedInputStream(buffer, raw, CONFIG)
                : length == ContentLengthStrategy.UNDEFINED
                        ? new IdentityInputStream(buffer, raw)
                        : new ContentLengthInputStream(buffer, raw, length);
        return header(response, "Content-Encoding").toLowerCase(Locale.ROOT).equals("gzip")
                ? new GZIPInputStream(body, BUFFER)
                : body;
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? "" : header.getValue();
    }

    private static void closeQuietly(Wire wire) {
        try {
            wire.close();
        } catch (IOException e) {
            // It is of no use any more: the failure before counts.
        }
    }
}
