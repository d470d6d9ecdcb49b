package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import java.io.InputStream;

/** One way to ask for a page. */
interface PageWay {
    /** False when this way cannot work for this port of this pod. */
    boolean reaches(Pod pod, int port);

    /** @see PodAccess#get */
    InputStream get(Pod pod, int port, String path, PageLimits limits) throws PageException, InterruptedException;
}
