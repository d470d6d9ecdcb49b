package io.meshdiag.collector.cluster.pods;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.PortForward;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Map;

/**
 * HTTP over a port-forward of the API server. The bytes go between two channels: a port that listens on this machine would open istiod's debug
 * pages to everybody on it.
 */
final class PortForwardWay implements PageWay {
    private final KubernetesClient client;

    PortForwardWay(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public boolean reaches(Pod pod, int port) {
        return true;
    }

    @Override
    public InputStream get(Pod pod, int port, String path, PageLimits limits)
            throws PageException, InterruptedException {
        return HttpExchange.get(new Forwarded(pod, port, limits), pod, Way.PORT_FORWARD, path, Map.of(), limits);
    }

    private final class Forwarded implements Wire {
        private final Pod pod;
        private final int port;
        private final HandOver answer;
        private final InputStream reader;
        private PortForward forward;

        Forwarded(Pod pod, int port, PageLimits limits) {
            this.pod = pod;
            this.port = port;
            this.answer = new HandOver(limits.idle());
            this.reader = answer.reader();
        }

        @Override
        public InputStream exchange(byte[] request) {
            forward = client.pods()
                    .inNamespace(pod.namespace())
                    .withName(pod.name())
                    .portForward(port, Channels.newChannel(new ByteArrayInputStream(request)), answer.channel());
            return reader;
        }

        @Override
        public PageException failure(Exception cause) {
            PageException refused = forward == null
                    ? null
                    : forward.getServerThrowables().stream()
                            .map(problem -> ApiRefusal.of(problem, "pods/portforward", pod))
                            .filter(problem -> problem != null)
                            .findFirst()
                            .orElse(null);
            return refused != null
                    ? refused
                    : new PageException(
                            SourceState.UNREACHABLE,
                            "port-forward: no answer from port " + port
                                    + ": the pod is ending, nothing listens there, or its node does not answer");
        }

        @Override
        public void close() throws IOException {
            reader.close();
            if (forward != null) {
                forward.close();
            }
        }
    }
}
