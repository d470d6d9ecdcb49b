package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import java.io.InputStream;
import java.time.Duration;

/**
 * The ways into a pod. Answers are streams that end by themselves: bounded in bytes and in time, decompressed where the server compressed them. The
 * caller closes them.
 */
public interface PodAccess {
    /**
     * Gets a page over HTTP.
     *
     * @param port container port, for example 15014
     * @param path with its query; only paths that {@link AllowedPaths} knows are ever asked for
     */
    InputStream get(Pod pod, int port, String path) throws PageException, InterruptedException;

    /**
     * Runs one of Istio's own read-only commands in a container ({@code pilot-agent request GET …}): for what listens on the pod's loopback only.
     *
     * @return its standard output
     */
    InputStream exec(Pod pod, String container, String... command) throws PageException, InterruptedException;

    /**
     * Reads the end of a container's log, with the timestamps of the kubelet in front of each line.
     *
     * @param since how far back
     * @param lines at most so many
     */
    InputStream log(Pod pod, String container, Duration since, int lines) throws PageException, InterruptedException;
}
