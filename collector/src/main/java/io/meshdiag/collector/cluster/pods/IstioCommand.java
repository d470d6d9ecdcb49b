package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import java.util.List;
import java.util.Set;

/**
 * The only commands that are ever run in a container: {@code pilot-agent request GET config_dump} for Envoy's admin interface and
 * {@code pilot-discovery request GET /debug/syncz} for istiod's debug pages. Both ask a port of their own pod's loopback.
 */
final class IstioCommand {
    private static final Set<String> PROGRAMS = Set.of("pilot-agent", "pilot-discovery");
    private static final int ENVOY_ADMIN = 15000;
    private static final int ISTIOD_DEBUG = 15014;

    private IstioCommand() {}

    /** Container first, then the command; empty where no command asks that port. */
    static List<String> asking(Pod pod, int port, String path) {
        if (PodRole.of(pod) == PodRole.ISTIOD) {
            return port == ISTIOD_DEBUG ? List.of("discovery", "pilot-discovery", "request", "GET", path) : List.of();
        }
        // Older agents append the path to an address that ends in a slash.
        return pod.hasProxy() && port == ENVOY_ADMIN
                ? List.of("istio-proxy", "pilot-agent", "request", "GET", path.substring(1))
                : List.of();
    }

    /** @throws IllegalArgumentException when it is not one of these commands */
    static void check(String... command) {
        boolean known = command.length == 4
                && PROGRAMS.contains(command[0])
                && command[1].equals("request")
                && command[2].equals("GET");
        if (!known) {
            throw new IllegalArgumentException("no collector runs this command");
        }
        AllowedPaths.check(command[3].startsWith("/") ? command[3] : "/" + command[3]);
    }
}
