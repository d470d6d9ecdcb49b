package io.meshdiag.collector.cluster.config;

import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.cluster.watch.AccessNeed;
import io.meshdiag.collector.cluster.watch.AccessNeeds;
import java.util.ArrayList;
import java.util.List;

/** Everything that a configuration asks of the API server: what the manifests in deploy/ grant, no more and no less. */
public final class RequiredAccess {
    private RequiredAccess() {}

    /** Rights of the ways into pods included: of several ways, one is enough at run time. */
    public static List<AccessNeed> of(CollectorConfig config) {
        List<AccessNeed> needs = new ArrayList<>(AccessNeeds.of(config.watchSettings()));
        needs.add(pods("log", "get"));
        if (uses(config, Way.PORT_FORWARD)) {
            needs.add(pods("portforward", "create"));
        }
        if (uses(config, Way.EXEC)) {
            needs.add(pods("exec", "create"));
        }
        return List.copyOf(needs);
    }

    private static boolean uses(CollectorConfig config, Way way) {
        return config.accessSettings().ways().values().stream().anyMatch(ways -> ways.contains(way));
    }

    private static AccessNeed pods(String subresource, String verb) {
        return new AccessNeed("", "pods/" + subresource, List.of(verb), null, List.of());
    }
}
