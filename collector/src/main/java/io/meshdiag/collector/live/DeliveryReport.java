package io.meshdiag.collector.live;

import io.meshdiag.collector.publish.DeliveryListener;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import java.time.Instant;

/** Enters into book and board what could not be delivered as it was: what readers do not have is told again, and a wrong clock shows in the heartbeat. */
public record DeliveryReport(Book book, SourceBoard board) implements DeliveryListener {
    /** Source of the heartbeat that says how this machine's clock agrees with the brokers'. */
    public static final String CLOCK = "collector/clock";

    @Override
    public void lost(FactKey key) {
        book.lost(key);
    }

    @Override
    public void timeRefused(String detail) {
        board.failed(CLOCK, "", SourceState.PARTIAL, detail);
    }

    @Override
    public void timeAccepted(Instant at) {
        board.read(CLOCK, "", at);
    }
}
