package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.CustomResource;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A DestinationRule of that name says that eu fails over to us, and has no outlier detection. */
record FailoverBlind(String cluster, String namespace, String name, Instant at) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new FailoverBlind(
                fields.text("cluster"), fields.text("namespace"), fields.text("name"), fields.time("at", since));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Map<String, Object> locality = Map.of("failover", List.of(Map.of("from", "eu", "to", "us")));
        fleet.cluster(cluster)
                .customResources()
                .add(new CustomResource(
                        "networking.istio.io/v1",
                        "DestinationRule",
                        namespace,
                        name,
                        Map.of(),
                        at,
                        Map.of(
                                "host",
                                name + "." + namespace + ".svc.cluster.local",
                                "trafficPolicy",
                                Map.of("loadBalancer", Map.of("localityLbSetting", locality))),
                        Map.of()));
    }
}
