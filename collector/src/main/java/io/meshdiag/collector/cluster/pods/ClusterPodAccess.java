package io.meshdiag.collector.cluster.pods;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Asks pods of one cluster in the first way that works: a way that is forbidden or does not reach the pod gives place to the next. What the pod
 * itself answers is final, whichever way it came.
 */
public final class ClusterPodAccess implements PodAccess {
    private final AccessSettings settings;
    private final Map<Way, PageWay> ways;
    private final ExecWay exec;
    private final PodLogs logs;
    private final ProvenWays proven;
    /** istiods of a cluster are asked one question at a time: a collector must not be felt. */
    private final Semaphore istiod = new Semaphore(1, true);

    /** @param client of the cluster; closed by its owner */
    public ClusterPodAccess(KubernetesClient client, AccessSettings settings, InstantSource clock) {
        this.settings = settings;
        this.exec = new ExecWay(client);
        this.ways = Map.of(
                Way.PORT_FORWARD,
                new PortForwardWay(client),
                Way.DIRECT,
                new DirectWay(settings.token()),
                Way.EXEC,
                exec);
        this.logs = new PodLogs(client, settings);
        this.proven = new ProvenWays(settings.reconsider(), clock);
    }

    @Override
    public InputStream get(Pod pod, int port, String path) throws PageException, InterruptedException {
        AllowedPaths.check(path);
        if (PodRole.of(pod) != PodRole.ISTIOD) {
            return first(pod, port, path);
        }
        if (!istiod.tryAcquire(settings.deadline().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new PageException(SourceState.UNREACHABLE, "another page of istiod did not end in time");
        }
        InputStream page = null;
        try {
            page = first(pod, port, path);
            return new Turn(page, istiod);
        } finally {
            if (page == null) {
                istiod.release();
            }
        }
    }

    private InputStream first(Pod pod, int port, String path) throws PageException, InterruptedException {
        List<Way> configured = settings.ways().getOrDefault(PodRole.of(pod), List.of());
        String target = pod.namespace() + "/" + pod.name() + ":" + port;
        List<PageException> failures = new ArrayList<>();
        for (Way way : proven.order(target, configured)) {
            if (!ways.get(way).reaches(pod, port)) {
                continue;
            }
            try {
                InputStream page = ways.get(way).get(pod, port, path, settings.limits(PodRole.of(pod)));
                proven.worked(target, way, configured);
                return page;
            } catch (PageException e) {
                if (!another(e)) {
                    throw e;
                }
                failures.add(e);
            }
        }
        throw none(failures);
    }

    /** A server that asks for a pause would not like the same question by another way better. */
    private static boolean another(PageException failure) {
        return failure.retryAfter() == null
                && (failure.state() == SourceState.FORBIDDEN || failure.state() == SourceState.UNREACHABLE);
    }

    /** That nobody listens counts most: no right would help. Then forbidden: it is what a person can change. */
    private static PageException none(List<PageException> failures) {
        if (failures.isEmpty()) {
            return new PageException(
                    SourceState.UNREACHABLE, "no configured way leads to this pod's port; it may have no address yet");
        }
        boolean dead = failures.stream().anyMatch(PageException::nobodyListens);
        boolean forbidden = !dead && failures.stream().anyMatch(e -> e.state() == SourceState.FORBIDDEN);
        String detail = failures.stream()
                .sorted(Comparator.comparing(PageException::nobodyListens).reversed())
                .map(Throwable::getMessage)
                .distinct()
                .collect(Collectors.joining("; "));
        return new PageException(forbidden ? SourceState.FORBIDDEN : SourceState.UNREACHABLE, detail);
    }

    @Override
    public InputStream exec(Pod pod, String container, String... command) throws PageException, InterruptedException {
        return exec.run(pod, container, settings.limits(PodRole.of(pod)), command);
    }

    @Override
    public InputStream log(Pod pod, String container, Duration since, int lines)
            throws PageException, InterruptedException {
        return logs.read(pod, container, since, lines);
    }

    /** Gives the turn back when the page is closed, once. */
    private static final class Turn extends FilterInputStream {
        private final Semaphore turn;
        private final AtomicBoolean closed = new AtomicBoolean();

        Turn(InputStream page, Semaphore turn) {
            super(page);
            this.turn = turn;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                if (closed.compareAndSet(false, true)) {
                    turn.release();
                }
            }
        }
    }
}
