package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.istiod.ProxySighting;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.kubernetes.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Why each proxy is worth a look: from its pod, and from what istiod saw. Remembers restarts. Not thread-safe. */
final class Interest {
    private static final Set<String> GATEWAYS = Set.of("router", "waypoint");

    private final EnvoySettings settings;
    private final Map<ProxyName, Run> runs = new HashMap<>();

    /** One run of a proxy, and since when it is there. */
    private record Run(String id, Instant since) {}

    Interest(EnvoySettings settings) {
        this.settings = settings;
    }

    /** True once the proxy's container may answer. A native sidecar runs while its pod is still Pending. */
    static boolean reachable(Pod pod) {
        return pod.hasProxy() && (pod.phase().equals("Running") || Boolean.TRUE.equals(pod.proxyReady()));
    }

    static ProxyName name(Pod pod) {
        return new ProxyName(pod.namespace(), pod.name());
    }

    /** Candidates of these pods; what was known of others is forgotten. */
    List<Candidate> candidates(List<Pod> pods, List<ProxySighting> sightings, Instant now) {
        runs.keySet().retainAll(pods.stream().map(Interest::name).collect(Collectors.toSet()));
        Map<ProxyName, ProxySighting> seen = sightings.stream()
                .collect(Collectors.toMap(s -> new ProxyName(s.namespace(), s.name()), s -> s, (a, b) -> a));
        return pods.stream()
                .map(pod -> {
                    Run run = run(pod, now);
                    return new Candidate(
                            name(pod), urgency(pod, run, Optional.ofNullable(seen.get(name(pod))), now), run.id());
                })
                .toList();
    }

    private Run run(Pod pod, Instant now) {
        String id = pod.created() + "/" + pod.restarts();
        return runs.compute(
                name(pod),
                (name, before) -> before == null
                        ? new Run(id, pod.created() == null ? Instant.EPOCH : pod.created())
                        : before.id().equals(id) ? before : new Run(id, now));
    }

    private Urgency urgency(Pod pod, Run run, Optional<ProxySighting> seen, Instant now) {
        if (seen.filter(ProxySighting::rejected).isPresent()) {
            return Urgency.REJECTED;
        }
        if (seen.filter(s -> stale(s, now)).isPresent()) {
            return Urgency.STALE;
        }
        if (now.isBefore(run.since().plus(settings.newFor()))) {
            return Urgency.STARTED;
        }
        if (!Boolean.TRUE.equals(pod.proxyReady())) {
            return Urgency.NOT_READY;
        }
        boolean gateway = seen.map(ProxySighting::type)
                .map(GATEWAYS::contains)
                .orElse(pod.app() != null && pod.app().contains("gateway"));
        return gateway ? Urgency.GATEWAY : Urgency.ROTATION;
    }

    private boolean stale(ProxySighting seen, Instant now) {
        // For a moment every proxy is: a push is in flight.
        return seen.staleSince() != null && !now.isBefore(seen.staleSince().plus(settings.staleAfter()));
    }
}
