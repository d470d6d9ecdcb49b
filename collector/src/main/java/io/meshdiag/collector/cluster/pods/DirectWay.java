package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** HTTP to the pod's address: works inside the cluster and in networks that route pods. */
final class DirectWay implements PageWay {
    private final IstiodToken token;

    /** @param token null = istiod is shown none */
    DirectWay(IstiodToken token) {
        this.token = token;
    }

    @Override
    public boolean reaches(Pod pod, int port) {
        return pod.ip() != null;
    }

    @Override
    public InputStream get(Pod pod, int port, String path, PageLimits limits)
            throws PageException, InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>();
        Path caFile = null;
        if (token != null && token.at(pod, port)) {
            caFile = token.caFile();
        }
        Dialed wire = new Dialed(pod, port, caFile, limits);
        if (token != null && token.meantFor(pod, port, path)) {
            headers.put("Authorization", "Bearer " + token(wire));
            if (token.clusterId() != null) {
                headers.put("clusterid", token.clusterId());
            }
        }
        return HttpExchange.get(wire, pod, Way.DIRECT, path, headers, limits);
    }

    /** A token that is missing must not hide that there is nobody to show it to. */
    private String token(Dialed wire) throws PageException {
        try {
            return token.read();
        } catch (PageException missing) {
            wire.knock();
            throw missing;
        }
    }

    /** A connection of one's own for each request, so that every wait has its limit and nothing is left open. */
    private static final class Dialed implements Wire {
        private final Pod pod;
        private final int port;
        private final Path caFile;
        private final PageLimits limits;
        private Socket socket;

        Dialed(Pod pod, int port, Path caFile, PageLimits limits) {
            this.pod = pod;
            this.port = port;
            this.caFile = caFile;
            this.limits = limits;
        }

        @Override
        public InputStream exchange(byte[] request) throws IOException {
            socket = dial();
            socket.setSoTimeout(millis(limits.idle()));
            if (caFile != null) {
                // The name that istiod's certificate has; a certificate does not know the pod's address.
                socket = Tls.over(socket, "istiod." + pod.namespace() + ".svc", caFile);
            }
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return socket.getInputStream();
        }

        private Socket dial() throws IOException {
            Socket dialed = new Socket();
            dialed.connect(new InetSocketAddress(pod.ip(), port), millis(limits.connect()));
            return dialed;
        }

        /** Connects and says nothing. */
        void knock() throws PageException {
            try {
                dial().close();
            } catch (IOException e) {
                PageException failure = failure(e);
                if (failure.nobodyListens()) {
                    throw failure;
                }
            }
        }

        private static int millis(Duration duration) {
            return Math.toIntExact(duration.toMillis());
        }

        @Override
        public PageException failure(Exception cause) {
            // Envoy's admin port is on loopback alone: there it says nothing.
            if (PodRole.of(pod) == PodRole.ISTIOD && refused(cause)) {
                return PageException.refused("direct: connection refused: nothing listens on istiod's port " + port
                        + ": it is starting, ending or down, or a firewall rejects");
            }
            return new PageException(
                    SourceState.UNREACHABLE,
                    "direct: no answer from the pod's port " + port
                            + (caFile == null
                                    ? ": from outside the cluster, and behind some network policies, pods are not reached"
                                    : ": is it TLS with a certificate of the configured authority?"));
        }

        private static boolean refused(Exception cause) {
            return cause instanceof ConnectException
                    && String.valueOf(cause.getMessage()).contains("refused");
        }

        @Override
        public void close() throws IOException {
            if (socket != null) {
                socket.close();
            }
        }
    }
}
