package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.pods.AllowedPaths;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.cluster.pods.PodAccess;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.InputStream;

/**
 * Envoy's admin pages. They are served on the pod's loopback only: a port-forward reaches them, and so does {@code pilot-agent request} inside the
 * container. Which of the two is allowed is found out by trying, port-forward first, and remembered. Thread-safe.
 */
final class EnvoyAdmin {
    private static final int PORT = 15000;
    private static final String CONTAINER = "istio-proxy";
    private static final String GRANT =
            "let the collector's role create pods/portforward (or pods/exec) in the proxies' namespaces,"
                    + " or set the budget of Envoy dumps to 0";

    private final PodAccess access;
    private volatile boolean execFirst;

    EnvoyAdmin(PodAccess access) {
        this.access = access;
    }

    InputStream get(Pod pod, String path) throws PageException, InterruptedException {
        boolean exec = execFirst;
        try {
            return get(pod, path, exec);
        } catch (PageException refused) {
            if (refused.state() != SourceState.FORBIDDEN) {
                throw refused;
            }
        }
        try {
            InputStream page = get(pod, path, !exec);
            execFirst = !exec;
            return page;
        } catch (PageException e) {
            if (e.state() != SourceState.FORBIDDEN) {
                throw e;
            }
            throw new PageException(SourceState.FORBIDDEN, GRANT, e.retryAfter(), e);
        }
    }

    private InputStream get(Pod pod, String path, boolean exec) throws PageException, InterruptedException {
        AllowedPaths.check(path);
        // Without the slash: older agents put one of their own in front.
        return exec
                ? access.exec(pod, CONTAINER, "pilot-agent", "request", "GET", path.substring(1))
                : access.get(pod, PORT, path);
    }
}
