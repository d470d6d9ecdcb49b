package io.meshdiag.collector.cluster.watch;

import java.util.List;
import java.util.Optional;

/**
 * What watching needs to be granted. Besides, {@code /version} and the lists of served kinds below {@code /api} and {@code /apis} are read, which
 * Kubernetes grants to every authenticated user (ClusterRole system:discovery).
 */
public final class AccessNeeds {
    private static final String NAME_SELECTOR = "metadata.name=";

    private AccessNeeds() {}

    /** In the order of {@link WatchedKinds}, each once. */
    public static List<AccessNeed> of(WatchSettings settings) {
        return WatchedKinds.of(settings).stream()
                .map(AccessNeeds::need)
                .distinct()
                .toList();
    }

    static AccessNeed need(WatchedKind kind) {
        return new AccessNeed(
                kind.group(),
                kind.plural(),
                List.of("list", "watch"),
                kind.namespace(),
                Optional.ofNullable(kind.fieldSelector())
                        .filter(selector -> selector.startsWith(NAME_SELECTOR))
                        .map(selector -> List.of(selector.substring(NAME_SELECTOR.length())))
                        .orElse(List.of()));
    }
}
