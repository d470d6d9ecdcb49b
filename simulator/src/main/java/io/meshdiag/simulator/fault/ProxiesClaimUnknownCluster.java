package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Proxies connect to a cluster's istiods and say that they are of a cluster which those do not know: they cannot have their tokens reviewed there.
 *
 * @param claims the id that the proxies give
 */
record ProxiesClaimUnknownCluster(String cluster, String claims, Instant at) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new ProxiesClaimUnknownCluster(fields.text("cluster"), fields.text("claims"), fields.time("at", since));
    }

    @Override
    public List<String> names() {
        return List.of(claims);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster primary = fleet.cluster(cluster);
        String known = String.join(" ", primary.remoteSecrets().keySet());
        int connection = 0;
        for (Instant time = at; time.isBefore(fleet.settings().time()); time = time.plus(Duration.ofMinutes(2))) {
            String client = "10.99.0." + (10 + connection % 200) + ":" + (41_000 + connection++);
            primary.istiodLog()
                    .add(new LogLine(
                            time,
                            "warn",
                            "security",
                            "client claims to be in cluster \"" + claims
                                    + "\", but we only know about local cluster \"" + primary.id()
                                    + "\" and remote clusters [" + known + "]"));
            primary.istiodLog()
                    .add(new LogLine(
                            time.plusMillis(3),
                            "error",
                            "ads",
                            "Failed to authenticate client from " + client
                                    + ": Authenticator KubeJWTAuthenticator at index 1 got error: could not get cluster "
                                    + claims + "'s kube client"));
        }
    }
}
