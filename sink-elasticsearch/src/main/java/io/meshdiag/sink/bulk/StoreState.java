package io.meshdiag.sink.bulk;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the store takes what we send, for readiness; says changes once in the log. Written by the delivering thread, read by any. */
public final class StoreState {
    private static final Logger LOGGER = LoggerFactory.getLogger(StoreState.class);

    private volatile String closed = "";
    private volatile String busy = "";

    /** Why the store takes nothing or not all; empty when it takes everything. */
    public String reason() {
        return closed.isEmpty() ? busy : closed;
    }

    void holding(String reason) {
        String before = reason();
        closed = reason;
        say(before);
    }

    void items(String reason) {
        String before = reason();
        busy = reason;
        say(before);
    }

    private void say(String before) {
        String now = reason();
        if (now.equals(before)) {
            return;
        }
        if (now.isEmpty()) {
            LOGGER.atInfo().log("the store takes documents again");
        } else {
            LOGGER.atWarn()
                    .addKeyValue("reason", now)
                    .log("the store refuses or is away; nothing is lost, documents wait in Kafka");
        }
    }
}
