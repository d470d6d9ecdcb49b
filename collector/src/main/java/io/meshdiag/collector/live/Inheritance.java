package io.meshdiag.collector.live;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.PublishedCluster;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a collector take over what a collector of the same cluster before it left on the topics, as soon as they can be read: it tries again and again
 * while Kafka is away. What the cluster said under another mesh or cluster id is gone.
 *
 * <p>Another name with the same uid may also be another cluster: one that was restored from a copy of this one's etcd. As long as it is heard of its
 * facts are left alone, and the heartbeat says so ({@link #SOURCE}); it is looked at again until it is silent. Otherwise runs until it succeeded once.
 */
public final class Inheritance implements AutoCloseable {
    /** Source of the heartbeat that says whether another cluster has this one's uid; not there as long as none has. */
    public static final String SOURCE = "collector/identity";

    private static final Logger LOGGER = LoggerFactory.getLogger(Inheritance.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** The topics are read to their ends each time. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
    /** Many intervals of heartbeats: who is silent for so long does not come back soon. */
    private static final Duration SILENT = Duration.ofMinutes(10);

    private final Callable<PublishedCluster> read;
    private final Names names;
    private final Book book;
    private final SourceBoard board;
    private final FactPublisher publisher;
    private final InstantSource clock;
    private final Rounds rounds;
    private final CountDownLatch done = new CountDownLatch(1);
    private Instant looked;

    /**
     * What the cluster is called ({@link FactKey#clusterKey}).
     *
     * @param present its name now
     * @param former names that this process itself told its facts under: nobody else's, however lately they were heard of
     */
    public record Names(String present, Set<String> former) {}

    /**
     * Does not begin yet.
     *
     * @param read what was published for this cluster's uid: {@link io.meshdiag.collector.publish.PublishedKeys#ofCluster}
     */
    public Inheritance(
            Callable<PublishedCluster> read,
            Names names,
            Book book,
            SourceBoard board,
            FactPublisher publisher,
            InstantSource clock) {
        this.read = read;
        this.names = names;
        this.book = book;
        this.board = board;
        this.publisher = publisher;
        this.clock = clock;
        this.rounds = new Rounds("inheritance", RETRY, this::look);
    }

    /** Begins on a thread of its own. */
    public Inheritance start() {
        rounds.start();
        return this;
    }

    /** True when the book knows what was there before. */
    public boolean done() {
        return done.getCount() == 0;
    }

    /** Waits until the book knows what was there before; false when that took too long. */
    public boolean await(Duration atMost) throws InterruptedException {
        return done.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes over what is there, and takes back what nobody tells any more. */
    void look() throws Exception {
        Instant now = clock.instant();
        // Whichever way a clock jumps, it is looked again.
        if (looked != null && Duration.between(looked, now).abs().compareTo(LOOK_AGAIN) < 0) {
            return;
        }
        PublishedCluster before = read.call();
        looked = now;
        Map<String, Instant> others = others(before, now);
        if (!done()) {
            inherit(before);
        }
        List<FactKey> left = keys(before, name -> !name.equals(names.present()) && !others.containsKey(name));
        left.forEach(publisher::tombstone);
        if (!left.isEmpty()) {
            LOGGER.atInfo()
                    .addKeyValue("cluster", names.present())
                    .addKeyValue("subjects", left.size())
                    .log("took back what was published under other names");
        }
        report(others, now);
        done.countDown();
        if (others.isEmpty()) {
            rounds.stop();
        }
    }

    private void inherit(PublishedCluster before) {
        List<FactKey> ours = keys(before, names.present()::equals);
        book.inherit(ours);
        LOGGER.atInfo()
                .addKeyValue("cluster", names.present())
                .addKeyValue("subjects", ours.size())
                .log("took over what was published before");
    }

    private static List<FactKey> keys(PublishedCluster before, Predicate<String> name) {
        return before.keys().stream().filter(key -> name.test(key.clusterKey())).toList();
    }

    /** Who else has this uid and was heard of lately, and when. */
    private Map<String, Instant> others(PublishedCluster before, Instant now) {
        Map<String, Instant> others = new TreeMap<>(before.heartbeats());
        others.keySet().remove(names.present());
        others.keySet().removeAll(names.former());
        others.values().removeIf(heard -> Duration.between(heard, now).compareTo(SILENT) >= 0);
        return others;
    }

    private void report(Map<String, Instant> others, Instant now) {
        if (!others.isEmpty()) {
            String other = others.keySet().iterator().next();
            board.failed(
                    SOURCE,
                    "",
                    SourceState.PARTIAL,
                    other + " has the same kube-system UID as this cluster and was heard of "
                            + Math.max(
                                    0, Duration.between(others.get(other), now).toSeconds())
                            + " s ago. If that was this cluster's name before, nothing is to be done: those facts are taken back when"
                            + " it is silent for " + SILENT.toMinutes()
                            + " min. Else one of them was restored from a copy of the other's etcd: give them different"
                            + " cluster ids, and build one of them anew");
        } else if (board.failures(SOURCE) > 0) {
            board.read(SOURCE, "", now);
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
