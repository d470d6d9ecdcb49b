package io.meshdiag.collector.cluster.watch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.schema.Printable;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches all kinds of {@link WatchedKinds} that one cluster serves. Which these are is looked up again and again, and at once when a list is
 * answered with 404: a CRD may come and go.
 */
public final class ClusterWatch implements AutoCloseable {
    private static final String VERSION = "kubernetes/version";
    /** The part of each source that says whether its kinds could be looked up. */
    private static final String DISCOVERY = "discovery";

    private static final Duration CHECK = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final WatchSettings settings;
    private final ObjectListener listener;
    private final Consumer<String> onVersion;
    private final SourceBoard board;
    private final InstantSource clock;
    private final WatchMeters meters;
    private final Discovery discovery;
    private final List<WatchedKind> kinds;
    private final Rounds discoveries;
    private final Rounds checks;
    private final CountDownLatch discovered = new CountDownLatch(1);

    /** Guarded by this. */
    private final Map<WatchedKind, KindWatch> watches = new LinkedHashMap<>();

    /** Since when a kind that was served is not any more, by nanoTime. Guarded by this. */
    private final Map<WatchedKind, Long> missingSince = new HashMap<>();

    /** Guarded by this. */
    private final Set<WatchedKind> notServed = new HashSet<>();

    /**
     * Not watching until {@link #start}.
     *
     * @param cluster name of the cluster in metrics
     * @param listener told of every object; what it throws costs that object only
     * @param onVersion told the API server's version, for example "v1.32.1", at every discovery
     */
    public ClusterWatch(
            KubernetesClient client,
            String cluster,
            WatchSettings settings,
            ObjectListener listener,
            Consumer<String> onVersion,
            SourceBoard board,
            InstantSource clock,
            MeterRegistry meters) {
        this.client = client;
        this.settings = settings;
        this.listener = listener;
        this.onVersion = onVersion;
        this.board = board;
        this.clock = clock;
        this.meters = new WatchMeters(meters, cluster);
        this.discovery = new Discovery(client);
        this.kinds = WatchedKinds.of(settings);
        this.discoveries = new Rounds(cluster + "-discovery", settings.discovery(), this::discover);
        this.checks = new Rounds(
                cluster + "-watchdog",
                min(CHECK, settings.stalled().dividedBy(2), settings.silence().dividedBy(2)),
                this::check);
    }

    private static Duration min(Duration... durations) {
        return Arrays.stream(durations).min(Duration::compareTo).orElseThrow();
    }

    /** Begins to watch; returns at once. */
    public ClusterWatch start() {
        settings.off().forEach(source -> board.disabled(source, "switched off by the configuration"));
        kinds.stream().map(WatchedKind::source).distinct().forEach(source -> board.expect(source, List.of(DISCOVERY)));
        discoveries.start();
        checks.start();
        return this;
    }

    /**
     * Waits until all objects were told once. Kinds that are not served, or refused, are not waited for.
     *
     * @return true when every kind that is served was listed; false when the time was over before, or one is refused
     */
    public boolean awaitListed(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        boolean all = discovered.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        for (KindWatch watch : current()) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            all &= watch.health().awaitSettled(left) && watch.health().isRead();
        }
        return all;
    }

    private synchronized List<KindWatch> current() {
        return List.copyOf(watches.values());
    }

    private void check() {
        current().forEach(KindWatch::check);
    }

    private void discover() {
        version();
        Map<String, Map<String, ServedKind>> byGroup = new HashMap<>();
        Map<String, ApiFailure> failed = new HashMap<>();
        for (WatchedKind kind : kinds) {
            String group = kind.group();
            if (!byGroup.containsKey(group) && !failed.containsKey(group)) {
                try {
                    byGroup.put(group, discovery.served(group));
                } catch (KubernetesClientException e) {
                    failed.put(group, unknown(group, e));
                }
            }
        }
        for (WatchedKind kind : kinds) {
            if (byGroup.containsKey(kind.group())) {
                served(kind, byGroup.get(kind.group()).get(kind.plural()));
            }
        }
        expect(failed);
        if (failed.isEmpty()) {
            discovered.countDown();
        } else {
            // Rounds backs off and tries again; what is watched already goes on.
            throw failed.values().iterator().next().forInformer();
        }
    }

    private void version() {
        try {
            VersionInfo version = client.getKubernetesVersion();
            if (version != null && version.getGitVersion() != null) {
                onVersion.accept(Printable.shorten(version.getGitVersion(), 80));
                board.read(VERSION, "", clock.instant());
            }
        } catch (KubernetesClientException e) {
            ApiFailure failure = ApiFailure.of(e, question("version", ""));
            board.failed(VERSION, "", failure.state(), failure.detail());
        }
    }

    private static ApiFailure unknown(String group, KubernetesClientException e) {
        return ApiFailure.of(e, question("the list of its resources", group));
    }

    private static ApiFailure.Question question(String what, String group) {
        return new ApiFailure.Question("get", new AccessNeed(group, what, List.of("get"), null, List.of()));
    }

    /** Starts, replaces or ends the watch of a kind. */
    private synchronized void served(WatchedKind kind, ServedKind served) {
        KindWatch watch = watches.get(kind);
        if (watch != null && watch.served().equals(served)) {
            missingSince.remove(kind);
            return;
        }
        if (watch != null && !goneForLong(kind)) {
            return;
        }
        if (watch != null) {
            watch.close();
            watches.remove(kind);
        }
        if (served == null) {
            if (notServed.add(kind)) {
                listener.notServed(kind);
            }
            return;
        }
        if (watch != null) {
            // Of another version the objects are other texts: they are told anew.
            listener.notServed(kind);
        }
        notServed.remove(kind);
        WatchHealth health = new WatchHealth(kind, settings, board, clock, System::nanoTime);
        KindWatch begun = new KindWatch(client, kind, served, settings, listener, health, meters, f -> failed(kind, f));
        watches.put(kind, begun);
        begun.start();
    }

    /**
     * An API server that starts does not serve every kind yet, or an older version of it only, for some seconds: what it served before is not gone
     * because of that.
     */
    private boolean goneForLong(WatchedKind kind) {
        long now = System.nanoTime();
        long since = missingSince.computeIfAbsent(kind, k -> now);
        boolean gone = now - since >= settings.discovery().dividedBy(2).toNanos();
        if (gone) {
            missingSince.remove(kind);
        }
        return gone;
    }

    private void failed(WatchedKind kind, ApiFailure failure) {
        meters.failed(kind);
        if (failure.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            discoveries.wake();
        }
    }

    /** A kind that is not served is no part of its source: there are no such objects, and nothing is missing. */
    private synchronized void expect(Map<String, ApiFailure> failed) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        kinds.forEach(kind -> parts.computeIfAbsent(kind.source(), s -> new ArrayList<>(List.of(DISCOVERY))));
        watches.keySet().forEach(kind -> parts.get(kind.source()).add(kind.part()));
        parts.forEach(board::expect);
        parts.keySet().forEach(source -> board.read(source, DISCOVERY, clock.instant()));
        kinds.stream().filter(kind -> failed.containsKey(kind.group())).forEach(kind -> {
            ApiFailure failure = failed.get(kind.group());
            board.failed(kind.source(), DISCOVERY, failure.state(), failure.detail());
        });
    }

    /** Ends all watches; nothing is told any more once this returns. */
    @Override
    public void close() {
        discoveries.close();
        checks.close();
        List<KindWatch> open = current();
        open.forEach(KindWatch::close);
        synchronized (this) {
            watches.clear();
        }
    }
}
