package io.meshdiag.collector.cluster.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The first step of a TLS handshake and no more: sends a ClientHello and looks at what kind of record comes back. Nothing is trusted, no certificate is
 * read, no credential is sent.
 */
final class TlsHello {
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final Map<Integer, String> ALERTS = Map.of(
            40, "handshake_failure",
            47, "illegal_parameter",
            50, "decode_error",
            70, "protocol_version",
            80, "internal_error",
            112, "unrecognized_name",
            116, "certificate_required",
            120, "no_application_protocol");

    private TlsHello() {}

    /**
     * Sends a hello and waits for the server's.
     *
     * @param serverName SNI; null for none, and none is sent where it is no host name
     * @throws RungException TLS_ALERT, TLS_CLOSED or NOT_TLS
     * @throws IOException when the connection itself fails, a time-out included
     */
    static void exchange(InputStream in, OutputStream out, String serverName) throws IOException, RungException {
        out.write(hello(serverName));
        out.flush();
        int type = in.read();
        if (type < 0) {
            throw new RungException(ProbeFault.TLS_CLOSED, "closed without an answer to the TLS hello", null);
        }
        if (type != HANDSHAKE && type != ALERT) {
            throw notTls();
        }
        // The rest of the record's header, and what an alert or the first handshake message begins with.
        byte[] rest = in.readNBytes(type == ALERT ? 6 : 5);
        if (rest.length < 5 || rest[0] != 3) {
            throw notTls();
        }
        if (type == ALERT) {
            int alert = rest.length < 6 ? -1 : rest[5] & 0xff;
            throw new RungException(
                    ProbeFault.TLS_ALERT,
                    "a TLS server answered " + ALERTS.getOrDefault(alert, "alert " + alert),
                    null);
        }
        if (rest[4] != SERVER_HELLO) {
            throw notTls();
        }
    }

    private static RungException notTls() {
        return new RungException(ProbeFault.NOT_TLS, "what answered does not speak TLS", null);
    }

    private static byte[] hello(String serverName) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(names(serverName));
            engine.setSSLParameters(parameters);
            ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), hello);
            byte[] bytes = new byte[hello.flip().remaining()];
            hello.get(bytes);
            return bytes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        }
    }

    private static List<SNIServerName> names(String serverName) {
        try {
            return serverName == null ? List.of() : List.of(new SNIHostName(serverName));
        } catch (IllegalArgumentException e) {
            // A name that resolves, with an underscore for example, need not be one that TLS allows.
            return List.of();
        }
    }
}
