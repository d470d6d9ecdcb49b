package io.meshdiag.collector.cluster.pods;

import java.util.Set;

/**
 * The only paths that are ever asked for, without their query. istiod and Envoy have paths that change them ({@code /debug/adsz?push=true},
 * {@code /quitquitquit}): what is not listed here cannot be requested by mistake.
 */
public final class AllowedPaths {
    private static final Set<String> PATHS = Set.of(
            "/debug/syncz",
            "/debug/clusterz",
            "/debug/networkz",
            "/debug/endpointShardz",
            "/debug/mesh",
            "/debug/registryz",
            "/debug/config_dump",
            "/debug/connections",
            "/metrics",
            "/readyz",
            "/config_dump",
            "/server_info",
            "/certs");

    private AllowedPaths() {}

    /**
     * Returns the path as it is.
     *
     * @throws IllegalArgumentException when it is not one of ours
     */
    public static String check(String path) {
        int query = path.indexOf('?');
        String bare = query < 0 ? path : path.substring(0, query);
        if (!PATHS.contains(bare)) {
            throw new IllegalArgumentException("no collector asks for " + bare);
        }
        return path;
    }
}
