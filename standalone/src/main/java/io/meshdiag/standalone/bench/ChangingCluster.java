package io.meshdiag.standalone.bench;

import io.fabric8.kubernetes.client.Config;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.schema.FactKey;
import io.meshdiag.standalone.service.CollectorService;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A collector whose cluster is made of numbers: the real service, book and outbox, fed with {@link ChangingLevels} at a steady rate in place of watches
 * and pages. It goes on changing until its standard input ends.
 */
final class ChangingCluster implements ContextCollector {
    /** Number of the last change. */
    static final String CHANGES = "meshdiag_bench_changes";

    /** 1 while there will be more. */
    static final String CHANGING = "meshdiag_bench_changing";

    /** As istiods are asked: all that did not change is seen again. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final Duration TICK = Duration.ofSeconds(1);

    private final ChangingLevels levels;
    private final int changesPerSecond;
    private final Book book;
    private final long[] last;
    private final Rounds changing = new Rounds("changes", TICK, this::change);
    private final Rounds looking = new Rounds("looks", LOOK, this::look);
    private final long begun = System.nanoTime();
    private long changes;
    private volatile boolean ended;

    private ChangingCluster(ChangingLevels levels, int changesPerSecond, Shared shared) {
        this.levels = levels;
        this.changesPerSecond = changesPerSecond;
        this.book = new Book(shared.publisher(), shared.config().refresh());
        this.last = levels.after(0);
        book.inherit(List.of());
        Gauge.builder("meshdiag.bench.changes", this, ChangingCluster::changes).register(shared.meters());
        Gauge.builder("meshdiag.bench.changing", this, c -> c.ended ? 0 : 1).register(shared.meters());
    }

    /** Arguments: proxies, services, changes per second. The environment says where Kafka is, as for every collector. */
    public static void main(String[] args) throws Exception {
        ChangingLevels levels = new ChangingLevels(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        int rate = Integer.parseInt(args[2]);
        CollectorConfig config = CollectorSettings.read(Map.of(), System.getenv(), null, true);
        String[] address = config.httpAddress().split(":");
        ClusterTarget target = new ClusterTarget("simulated", Config.empty());
        new CollectorService(
                        List.of(target),
                        (any, shared) -> new ChangingCluster(levels, rate, shared),
                        config,
                        Optional.empty())
                .run(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
    }

    @Override
    public void start() {
        look();
        changing.start();
        looking.start();
        Thread input = new Thread(this::awaitEnd, "input");
        input.setDaemon(true);
        input.start();
    }

    private void awaitEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // Closed is ended.
        }
        end();
    }

    private synchronized void end() {
        ended = true;
    }

    private synchronized double changes() {
        return changes;
    }

    /** As many as are due, so that a late tick loses none. */
    private synchronized void change() {
        long due = changesPerSecond * (System.nanoTime() - begun) / 1_000_000_000L;
        while (!ended && changes < due) {
            changes++;
            int subject = levels.subjectOf(changes);
            last[subject] = changes;
            tell(subject);
        }
    }

    private synchronized void look() {
        for (int subject = 0; subject < last.length; subject++) {
            tell(subject);
        }
    }

    private void tell(int subject) {
        if (ChangingLevels.goesAway(last[subject])) {
            book.gone(FactKey.parse(levels.key(subject)));
        } else {
            book.accept(levels.level(subject, last[subject], Instant.now()));
        }
    }

    @Override
    public void once() {
        look();
    }

    @Override
    public String unready() {
        return "";
    }

    @Override
    public void close() {
        changing.close();
        looking.close();
    }
}
