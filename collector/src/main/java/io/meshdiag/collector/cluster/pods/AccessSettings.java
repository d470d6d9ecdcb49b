package io.meshdiag.collector.cluster.pods;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How pods are asked.
 *
 * @param connect limit of establishing a connection
 * @param idle limit of waiting for the next byte
 * @param deadline limit of a whole answer
 * @param maxIstiodBytes limit of one page of istiod, decompressed; pages are parsed as streams, so that this bounds time, not memory
 * @param maxProxyBytes limit of one page of anything else, decompressed
 * @param maxLogBytes limit of one log
 * @param reconsider for how long a way that worked is preferred to those before it
 * @param ways in which order they are tried
 * @param token what istiod is shown when it is asked directly; null = it is shown nothing
 */
public record AccessSettings(
        Duration connect,
        Duration idle,
        Duration deadline,
        long maxIstiodBytes,
        long maxProxyBytes,
        int maxLogBytes,
        Duration reconsider,
        Map<PodRole, List<Way>> ways,
        IstiodToken token) {
    /** Beside the cluster or in it: what needs the fewest rights comes first where it is likely to work. */
    public static final AccessSettings DEFAULT = new AccessSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(120),
            400_000_000,
            64_000_000,
            1_000_000,
            Duration.ofMinutes(10),
            Map.of(
                    PodRole.ISTIOD, List.of(Way.PORT_FORWARD, Way.DIRECT, Way.EXEC),
                    PodRole.PROXY, List.of(Way.PORT_FORWARD, Way.EXEC),
                    PodRole.CNI, List.of(Way.DIRECT, Way.PORT_FORWARD)),
            IstiodToken.DEFAULT);

    public AccessSettings {
        ways = Map.copyOf(ways);
    }

    PageLimits limits(PodRole role) {
        return PageLimits.from(this, role == PodRole.ISTIOD ? maxIstiodBytes : maxProxyBytes);
    }
}
