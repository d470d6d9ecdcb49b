package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Counts the bytes that are read from one cluster's pods: by path of a page, "exec" or "log"; never by pod. */
public final class MeteredAccess implements PodAccess {
    private final PodAccess next;
    private final MeterRegistry registry;
    private final String cluster;

    /** @param cluster as the meters call it */
    public MeteredAccess(PodAccess next, MeterRegistry registry, String cluster) {
        this.next = next;
        this.registry = registry;
        this.cluster = cluster;
    }

    @Override
    public InputStream get(Pod pod, int port, String path) throws PageException, InterruptedException {
        int query = path.indexOf('?');
        String page = query < 0 ? path : path.substring(0, query);
        return counted(next.get(pod, port, path), page);
    }

    @Override
    public InputStream exec(Pod pod, String container, String... command) throws PageException, InterruptedException {
        return counted(next.exec(pod, container, command), "exec");
    }

    @Override
    public InputStream log(Pod pod, String container, Duration since, int lines)
            throws PageException, InterruptedException {
        return counted(next.log(pod, container, since, lines), "log");
    }

    private InputStream counted(InputStream stream, String source) {
        Counter bytes = Counter.builder("meshdiag.collector.read")
                .description("Read from pods, decompressed")
                .baseUnit("bytes")
                .tag("cluster", cluster)
                .tag("source", source)
                .register(registry);
        return new FilterInputStream(stream) {
            @Override
            public int read() throws IOException {
                int b = super.read();
                bytes.increment(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                bytes.increment(Math.max(0, n));
                return n;
            }
        };
    }
}
