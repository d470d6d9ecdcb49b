package io.meshdiag.collector.cluster.watch;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How a cluster is watched.
 *
 * @param istioNamespaces namespaces of control planes: only there are ConfigMaps and remote Secrets asked for
 * @param caSecret whether the existence of the Secret "cacerts" is watched; the API server is asked for its metadata only, never for its data
 * @param off sources that are not watched, for example "kubernetes/events"
 * @param pageSize objects per answer to a list
 * @param discovery between looks at which kinds the cluster serves
 * @param silence after so long without an event, a bookmark or the opening that fabric8 does every five to ten minutes anyway, a watch is built anew,
 *     where the API server sends bookmarks (older ones send the only one at a watch's end, of kinds that do not change); four times as long where
 *     it sends none
 * @param stalled after so long without a watch, and without a try to get one, it is built anew
 * @param firstBackoff pause after a first failure; it doubles with each further one
 * @param maxBackoff longest pause, and so the longest time until a grant that was given later is noticed
 */
public record WatchSettings(
        List<String> istioNamespaces,
        boolean caSecret,
        Set<String> off,
        int pageSize,
        Duration discovery,
        Duration silence,
        Duration stalled,
        Duration firstBackoff,
        Duration maxBackoff) {
    public static final WatchSettings DEFAULT = new WatchSettings(
            List.of("istio-system"),
            false,
            Set.of(),
            250,
            Duration.ofMinutes(2),
            Duration.ofMinutes(11),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(2));

    public WatchSettings {
        istioNamespaces = List.copyOf(istioNamespaces);
        off = Set.copyOf(off);
    }

    /** The same for control planes in these namespaces. */
    public WatchSettings withIstioNamespaces(List<String> namespaces) {
        return new WatchSettings(
                namespaces, caSecret, off, pageSize, discovery, silence, stalled, firstBackoff, maxBackoff);
    }
}
