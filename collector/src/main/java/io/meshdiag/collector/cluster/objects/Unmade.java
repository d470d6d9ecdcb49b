package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Facts that could not be made of the objects that there are, because these are not as any API server should let them be. They cost themselves only. */
final class Unmade {
    /** Source of the heartbeat that says so; not there as long as all facts can be made. */
    static final String SOURCE = "collector/objects";

    private static final Logger LOGGER = LoggerFactory.getLogger(Unmade.class);

    private final SourceBoard board;
    /** Also read by the book, under its own lock. */
    private final Set<FactKey> keys = ConcurrentHashMap.newKeySet();

    Unmade(SourceBoard board) {
        this.board = board;
    }

    boolean contains(FactKey key) {
        return keys.contains(key);
    }

    void failed(FactKey key, RuntimeException why) {
        if (keys.add(key)) {
            // Its text is not logged: it may be from a Secret.
            LOGGER.atError()
                    .addKeyValue("fact", key)
                    .addKeyValue("reason", why.getClass().getSimpleName())
                    .log("a fact cannot be made");
            board.failed(
                    SOURCE,
                    "",
                    SourceState.PARTIAL,
                    keys.size() + " fact(s) cannot be made, for example " + key + " ("
                            + why.getClass().getSimpleName() + "): look at the objects it is made of, and report it");
        }
    }

    void made(FactKey key, Instant at) {
        if (keys.remove(key) && keys.isEmpty()) {
            board.read(SOURCE, "", at);
        }
    }
}
