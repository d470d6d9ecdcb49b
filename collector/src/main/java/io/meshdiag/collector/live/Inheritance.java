package io.meshdiag.collector.live;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.schema.FactKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a collector take over what a collector of the same cluster before it left on the topics, as soon as they can be read: it tries again and again
 * while Kafka is away. What the cluster said under another mesh or cluster id is gone. Runs until it succeeded once.
 */
public final class Inheritance implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Inheritance.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Callable<Set<FactKey>> read;
    private final String clusterKey;
    private final Book book;
    private final FactPublisher publisher;
    private final Rounds rounds;
    private final CountDownLatch done = new CountDownLatch(1);

    /**
     * @param read keys of this cluster's uid, whatever their mesh and cluster id: {@link
     *     io.meshdiag.collector.publish.PublishedKeys#ofCluster}
     * @param clusterKey the cluster's key at present, see {@link FactKey#clusterKey}
     */
    public Inheritance(Callable<Set<FactKey>> read, String clusterKey, Book book, FactPublisher publisher) {
        this.read = read;
        this.clusterKey = clusterKey;
        this.book = book;
        this.publisher = publisher;
        this.rounds = new Rounds("inheritance", RETRY, this::once);
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

    private void once() throws Exception {
        if (!done()) {
            take(read.call());
            done.countDown();
            rounds.stop();
        }
    }

    private void take(Set<FactKey> before) {
        List<FactKey> ours = new ArrayList<>();
        List<FactKey> renamed = new ArrayList<>();
        before.forEach(key -> (key.clusterKey().equals(clusterKey) ? ours : renamed).add(key));
        book.inherit(ours);
        renamed.forEach(publisher::tombstone);
        LOGGER.atInfo()
                .addKeyValue("cluster", clusterKey)
                .addKeyValue("subjects", ours.size())
                .addKeyValue("under_other_names", renamed.size())
                .log("took over what was published before");
    }

    @Override
    public void close() {
        rounds.close();
    }
}
