package io.meshdiag.collector.publish;

import io.meshdiag.collector.extract.text.Redactor;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when delivery begins to fail, once a minute and reason that it still does, and when it works again. Thread-safe. */
final class DeliveryLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(Outbox.class);
    private static final long AGAIN_AFTER = TimeUnit.MINUTES.toNanos(1);

    private final Map<DeliveryFailure, Long> said = new EnumMap<>(DeliveryFailure.class);

    synchronized void failed(DeliveryFailure failure, String topic, Exception e, int pending) {
        long now = System.nanoTime();
        Long before = said.get(failure);
        if (before == null || now - before > AGAIN_AFTER) {
            said.put(failure, now);
            LOGGER.atWarn()
                    .addKeyValue("reason", failure.reason())
                    .addKeyValue("topic", topic)
                    .addKeyValue("pending", pending)
                    .addKeyValue("answer", e.getClass().getSimpleName() + ": " + clean(e))
                    .addKeyValue("advice", failure.advice())
                    .log("facts cannot be stored at present");
        }
    }

    void lost(DeliveryFailure failure, Level level, Exception e) {
        LOGGER.atError()
                .addKeyValue("reason", failure.reason())
                .addKeyValue("key", Redactor.clean(level.key(), 300))
                .addKeyValue("answer", e.getClass().getSimpleName() + ": " + clean(e))
                .addKeyValue("advice", failure.advice())
                .log("a fact cannot be stored and is given up until it changes or is due again");
    }

    synchronized void stored() {
        if (!said.isEmpty()) {
            said.clear();
            LOGGER.atInfo().log("facts are stored again");
        }
    }

    private static String clean(Exception e) {
        return Redactor.clean(String.valueOf(e.getMessage()), 300);
    }
}
