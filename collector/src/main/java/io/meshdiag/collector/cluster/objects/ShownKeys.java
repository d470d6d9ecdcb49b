package io.meshdiag.collector.cluster.objects;

import io.fabric8.kubernetes.api.Pluralize;
import io.meshdiag.collector.cluster.watch.WatchedKind;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.WebhookKind;
import io.meshdiag.schema.FactKey;
import java.util.List;
import java.util.Locale;

/** Which facts of single objects a watch would show, if their objects existed. */
final class ShownKeys {
    private static final String BY_NAME = "metadata.name=";

    private ShownKeys() {}

    /** True for a key whose object this watch would show. */
    static boolean by(WatchedKind kind, FactKey key) {
        List<String> subject = key.subject();
        return switch (key.kind()) {
            case TRUST_BUNDLE ->
                kind.plural().equals("configmaps")
                        && subject.get(0).equals(TrustHolder.NAMESPACE.name())
                        && selects(kind, subject.get(1), subject.get(2));
            case REMOTE_SECRET -> kind.plural().equals("secrets") && selects(kind, subject.get(0), subject.get(1));
            case WEBHOOK_CONFIG ->
                kind.plural()
                                .equals(
                                        subject.get(0).equals(WebhookKind.MUTATING.name())
                                                ? "mutatingwebhookconfigurations"
                                                : "validatingwebhookconfigurations")
                        && selects(kind, null, subject.get(1));
            case ISTIO_RESOURCE ->
                kind.group().equals(subject.get(0))
                        && kind.plural().equals(plural(subject.get(1)))
                        && selects(kind, subject.get(2), subject.get(3));
            case WORKLOAD_ENTRY ->
                kind.plural().equals("workloadentries") && selects(kind, subject.get(0), subject.get(1));
            case WORKLOAD_GROUP ->
                kind.plural().equals("workloadgroups") && selects(kind, subject.get(0), subject.get(1));
            default -> false;
        };
    }

    private static boolean selects(WatchedKind kind, String namespace, String name) {
        String fields = kind.fieldSelector();
        return (kind.namespace() == null || kind.namespace().equals(namespace))
                && (fields == null || fields.equals(BY_NAME + name));
    }

    private static String plural(String kind) {
        return Pluralize.toPlural(kind.toLowerCase(Locale.ROOT));
    }
}
