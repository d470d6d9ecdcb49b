package io.meshdiag.collector.cluster.config;

import io.meshdiag.collector.cluster.objects.IdentityFinder;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.cluster.watch.AccessNeed;
import io.meshdiag.collector.cluster.watch.AccessNeeds;
import java.util.ArrayList;
import java.util.List;

/** Everything that a configuration asks of the API server: what the manifests in deploy/ grant, no more and no less. */
public final class RequiredAccess {
    /** A WebSocket begins with a GET, which API servers took for the verb "get" alone until Kubernetes 1.35; later ones want "create" too. */
    private static final String[] UPGRADED = {"get", "create"};

    private RequiredAccess() {}

    /** Rights of the ways into pods included: of several ways, one is enough at run time. */
    public static List<AccessNeed> of(CollectorConfig config) {
        List<AccessNeed> needs = new ArrayList<>(AccessNeeds.of(config.watchSettings()));
        needs.addAll(IdentityFinder.needs(config.identitySettings()));
        if (config.logs().enabled() || config.cni().enabled()) {
            needs.add(pods("pods/log", "get"));
        }
        if (uses(config, Way.PORT_FORWARD)) {
            needs.add(pods("pods/portforward", UPGRADED));
        }
        if (uses(config, Way.EXEC)) {
            needs.add(pods("pods/exec", UPGRADED));
            // fabric8 looks for the container first, and waits for the pod where it is not running yet.
            needs.add(pods("pods", "get", "list", "watch"));
        }
        return List.copyOf(needs);
    }

    private static boolean uses(CollectorConfig config, Way way) {
        return config.accessSettings().ways().values().stream().anyMatch(ways -> ways.contains(way));
    }

    private static AccessNeed pods(String resource, String... verbs) {
        return new AccessNeed("", resource, List.of(verbs), null, List.of());
    }
}
