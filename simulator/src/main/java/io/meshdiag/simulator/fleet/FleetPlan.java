package io.meshdiag.simulator.fleet;

import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a scenario's clusters and services to a healthy fleet. */
public final class FleetPlan {
    private FleetPlan() {}

    public static Fleet lay(Settings settings, List<ClusterSpec> clusters, List<ServiceSpec> services) {
        Names names = new Names(settings.seed());
        Authority root = Authority.root(
                "O=" + settings.mesh() + ",CN=Root CA",
                settings.time().minus(Duration.ofDays(200)),
                Duration.ofDays(3650),
                settings.seed() + "/root");
        Map<String, Cluster> planned = new LinkedHashMap<>();
        Fleet fleet = new Fleet(settings, names, root, planned);
        for (ClusterSpec spec : clusters) {
            planned.put(spec.id(), new ClusterPlan(fleet, spec, planned.size()).lay(services));
        }
        for (Cluster cluster : planned.values()) {
            planned.values().stream().filter(other -> other != cluster).forEach(other -> cluster.remoteSecrets()
                    .put(other.id(), RemoteAccess.to(other)));
            if (fleet.multiNetwork()) {
                EastWestGateway.addTo(cluster, fleet);
            }
        }
        return fleet;
    }
}
