package io.meshdiag.collector.cluster.probe;

import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Servers on loopback that answer a TLS hello each in its own way. */
final class Servers implements AutoCloseable {
    /** What to do with a connection whose first bytes are there to be read. */
    @FunctionalInterface
    interface Manners {
        void meet(Socket client) throws Exception;
    }

    final AtomicInteger connections = new AtomicInteger();
    private final List<Closeable> open = new CopyOnWriteArrayList<>();

    /** A port that behaves so. */
    int listen(Manners manners) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return serve(server, manners);
    }

    /** A TLS server whose certificate nobody trusts. */
    int tls() throws Exception {
        SSLContext context = context();
        return listen(client -> {
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
            tls.setUseClientMode(false);
            tls.startHandshake();
        });
    }

    /** A port that takes no connection and refuses none: its queue is full. */
    int blackhole() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(server);
        for (boolean taken = true; taken; ) {
            Socket filler = new Socket();
            open.add(filler);
            try {
                filler.connect(server.getLocalSocketAddress(), 200);
            } catch (IOException e) {
                taken = false;
            }
        }
        return server.getLocalPort();
    }

    /** A port that nobody listens on. */
    static int closed() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    private int serve(ServerSocket server, Manners manners) {
        open.add(server);
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    open.add(client);
                    connections.incrementAndGet();
                    manners.meet(client);
                } catch (Exception e) {
                    // The probe hangs up in the middle of a handshake; the next one may come.
                    connections.get();
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server.getLocalPort();
    }

    private static SSLContext context() throws Exception {
        Identity identity = TestCertificates.root("untrusted");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server", identity.keys().getPrivate(), new char[0], new Certificate[] {identity.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : new ArrayList<>(open)) {
            each.close();
        }
    }
}
