package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sums events up per subject: several event objects about one fault are one fact with the whole count. At most 20,000 subjects. */
final class EventFacts {
    private static final int MAX_SUBJECTS = 20_000;

    private final Origin origin;
    private final Map<FactKey, CniEvent> cni = new LinkedHashMap<>();
    private final Map<FactKey, WebhookError> webhooks = new LinkedHashMap<>();

    EventFacts(Origin origin) {
        this.origin = origin;
    }

    void add(Event event) {
        CniEvents.of(event, origin).ifPresent(fact -> {
            FactKey key = Facts.key(fact);
            if (cni.size() < MAX_SUBJECTS || cni.containsKey(key)) {
                cni.merge(key, fact, EventFacts::sum);
            }
        });
        WebhookErrors.of(event, origin).ifPresent(fact -> {
            FactKey key = Facts.key(fact);
            if (webhooks.size() < MAX_SUBJECTS || webhooks.containsKey(key)) {
                webhooks.merge(key, fact, EventFacts::sum);
            }
        });
    }

    void finish(FactSink facts) {
        cni.values().forEach(f -> facts.accept(Digests.stamp(f)));
        webhooks.values().forEach(f -> facts.accept(Digests.stamp(f)));
    }

    private static CniEvent sum(CniEvent a, CniEvent b) {
        CniEvent newer = a.getLastAt().isBefore(b.getLastAt()) ? b : a;
        return CniEvent.newBuilder(newer)
                .setCount(a.getCount() + b.getCount())
                .setFirstAt(a.getFirstAt().isBefore(b.getFirstAt()) ? a.getFirstAt() : b.getFirstAt())
                .build();
    }

    private static WebhookError sum(WebhookError a, WebhookError b) {
        WebhookError newer = a.getLastAt().isBefore(b.getLastAt()) ? b : a;
        return WebhookError.newBuilder(newer)
                .setCount(a.getCount() + b.getCount())
                .setFirstAt(a.getFirstAt().isBefore(b.getFirstAt()) ? a.getFirstAt() : b.getFirstAt())
                .build();
    }
}
