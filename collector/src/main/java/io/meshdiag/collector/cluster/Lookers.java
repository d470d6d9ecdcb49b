package io.meshdiag.collector.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.cluster.cni.AgentMetrics;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.objects.LiveObjects;
import io.meshdiag.collector.cluster.objects.ObjectsSettings;
import io.meshdiag.collector.cluster.pods.ClusterPodAccess;
import io.meshdiag.collector.cluster.pods.MeteredAccess;
import io.meshdiag.collector.cluster.probe.ProbeAims;
import io.meshdiag.collector.cluster.watch.ClusterWatch;
import io.meshdiag.collector.cluster.watch.WatchedKinds;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.DeliveryReport;
import io.meshdiag.collector.live.HeartbeatRound;
import io.meshdiag.collector.live.Inheritance;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.live.SourceMeters;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.PublishedKeys;
import io.meshdiag.fact.CollectorMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that looks at one cluster of known identity, wired up and running. Watches tell objects; then, round by round, istiods, Envoys, logs and
 * peers are asked ({@link Looks}); all tell the one book, and the heartbeat says how well it could be seen.
 */
final class Lookers implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Lookers.class);
    private static final Duration REFRESH_PART = Duration.ofMinutes(1);
    private static final Duration METERS = Duration.ofSeconds(15);
    /** An API server that never finishes a list must not silence everything else. */
    private static final Duration FIRST_LISTS = Duration.ofMinutes(2);

    private static final Duration INHERITED = Duration.ofMinutes(1);

    private final ClusterOrigin origin;
    private final SourceBoard board = new SourceBoard();
    private final Optional<Inheritance> inheritance;
    private final LiveObjects objects;
    private final ClusterWatch watch;
    private final Looks looks;
    private final HeartbeatRound heartbeats;
    private final Rounds heartbeat;
    private final SourceMeters meters;
    private final Duration coalesce;
    private final String name;
    private final List<Rounds> running = new ArrayList<>();
    private final CountDownLatch firstIstiodRound = new CountDownLatch(1);
    private final long begun = System.nanoTime();
    private boolean asking;
    private boolean closed;

    /** @param formerNames keys of the cluster under which this process told its facts before */
    Lookers(
            ClusterTarget target,
            KubernetesClient client,
            ClusterOrigin origin,
            Set<String> formerNames,
            ContextCollector.Shared shared) {
        CollectorConfig config = shared.config();
        this.name = target.name();
        this.origin = origin;
        this.coalesce = objectsSettings(config).coalesce();
        ProbeAims aims = new ProbeAims(origin.clusterId(), shared.publisher());
        Book book = new Book(aims, config.refresh());
        this.inheritance = shared.kafka().map(outbox -> inherit(outbox, formerNames, book, config));
        if (inheritance.isEmpty()) {
            book.inherit(List.of());
        }
        AgentMetrics agents = new AgentMetrics(this::agentRead);
        var kinds = WatchedKinds.of(config.watchSettings());
        this.objects = new LiveObjects(
                origin,
                book,
                kinds,
                kind -> board.state(kind.source(), kind.part()),
                board,
                agents,
                objectsSettings(config));
        this.watch = new ClusterWatch(
                client,
                name,
                config.watchSettings(),
                objects,
                objects::serverVersion,
                board,
                origin.clock(),
                shared.meters());
        var access = new MeteredAccess(
                new ClusterPodAccess(client, config.accessSettings(), origin.clock()), shared.meters(), name);
        Surroundings around = new Surroundings(origin, objects, access, book, board);
        this.looks = new Looks(around, config, objects::effectiveMeshConfig, agents, aims, this::istiodsAsked);
        this.meters = new SourceMeters(shared.meters(), name, board, origin.clock());
        this.heartbeats = new HeartbeatRound(
                "cluster",
                CollectorMode.CLUSTER,
                ArchiveCollector.version(),
                config.heartbeatInterval(),
                () -> origin.now("collector", "collector:heartbeat"),
                book,
                board,
                shared.publisher(),
                this::firstRoundDone);
        this.heartbeat = new Rounds(name + "-heartbeat", config.heartbeatInterval(), heartbeats);
    }

    private Inheritance inherit(Outbox outbox, Set<String> formerNames, Book book, CollectorConfig config) {
        outbox.listen(new DeliveryReport(book, board));
        return new Inheritance(
                () -> PublishedKeys.ofCluster(
                        config.kafka().client(), config.kafka().topics(), origin.clusterUid()),
                new Inheritance.Names(origin.clusterKey(), formerNames),
                book,
                board,
                outbox,
                origin.clock());
    }

    private static ObjectsSettings objectsSettings(CollectorConfig config) {
        ObjectsSettings base = ObjectsSettings.DEFAULT;
        return new ObjectsSettings(base.coalesce(), config.refresh(), base.refreshParts());
    }

    private void agentRead(String node) {
        objects.metricsRead(node);
    }

    /** Begins to look, and returns at once. */
    void start() {
        inheritance.ifPresent(Inheritance::start);
        watch.start();
        repeat("objects", coalesce, this::settle);
        repeat("refresh", REFRESH_PART, objects::refresh);
        repeat("meters", METERS, meters::refresh);
        heartbeat.start();
    }

    /** Tells changed objects; istiods and pods can be asked once all of them are known. */
    private void settle() {
        objects.settle();
        if (!asking && listed()) {
            asking = true;
            LOGGER.atInfo().addKeyValue("cluster", name).log("objects are listed; pods are asked from now on");
            looks.all().forEach((what, look) -> repeat(what, look.interval(), look.task()));
        }
    }

    /** After the first round of istiods there can be a heartbeat. */
    private void istiodsAsked() {
        if (firstIstiodRound.getCount() > 0) {
            firstIstiodRound.countDown();
            heartbeat.wake();
        }
    }

    private boolean listed() {
        return objects.settled() || System.nanoTime() - begun > FIRST_LISTS.toNanos();
    }

    private boolean firstRoundDone() {
        boolean istiodsRead = firstIstiodRound.getCount() == 0 || !looks.askIstiods();
        boolean inherited = inheritance.map(Inheritance::done).orElse(true);
        return listed() && istiodsRead && inherited;
    }

    /** Looks at everything once. */
    void once() throws Exception {
        inheritance.ifPresent(Inheritance::start);
        watch.start();
        watch.awaitListed(FIRST_LISTS);
        objects.settle();
        for (Looks.Look look : looks.all().values()) {
            look.task().run();
        }
        objects.settle();
        if (inheritance.isPresent()) {
            inheritance.get().await(INHERITED);
        }
        heartbeats.run();
    }

    /** Why nothing is told yet; empty once the first lists were told. */
    String unready() {
        return listed() ? "" : "the first lists of objects are not complete yet";
    }

    private synchronized void repeat(String what, Duration interval, Rounds.Task task) {
        if (!closed) {
            running.add(new Rounds(name + "-" + what, interval, task).start());
        }
    }

    @Override
    public void close() {
        List<Rounds> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(running);
        }
        // Without the lock: the round that is waited for may be about to begin others.
        ending.forEach(Rounds::close);
        heartbeat.close();
        watch.close();
        inheritance.ifPresent(Inheritance::close);
    }
}
