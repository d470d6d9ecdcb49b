package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Event;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Revisions;
import io.meshdiag.simulator.pki.Pem;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Someone else, such as a GitOps tool, wrote the injector's caBundle: the API server no longer trusts istiod. */
record CaBundleOverwritten(String cluster, String webhook, Instant at) implements ClusterFault {
    private static final String CAUSE = "Error creating: Internal error occurred: failed calling webhook"
            + " \"namespace.sidecar-injector.istio.io\": failed to call webhook: Post"
            + " \"https://istiod.istio-system.svc:443/inject?timeout=10s\": tls: failed to verify certificate: x509:"
            + " certificate signed by unknown authority";

    static Fault read(Fields fields, Instant since) {
        return new CaBundleOverwritten(
                fields.text("cluster"), fields.text("webhook", "istio-sidecar-injector"), fields.time("at", since));
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        List<String> webhooks = clusters.stream()
                .filter(spec -> spec.id().equals(cluster))
                .flatMap(spec -> spec.revisions().stream())
                .map(revision -> Revisions.named("istio-sidecar-injector", revision))
                .toList();
        return webhooks.contains(webhook)
                ? List.of()
                : List.of("no webhook '" + webhook + "' in " + cluster + "; there are " + webhooks);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Instant now = fleet.settings().time();
        hit.caBundles()
                .put(webhook, Pem.of(fleet.selfSigned("foreign-ca/" + cluster).root()));
        hit.pods(Pod.Role.APP).stream()
                .filter(Pod::hasProxy)
                .map(pod -> new Replicas(pod.namespace(), pod.replicaSet()))
                .distinct()
                .limit(3)
                .forEach(set -> hit.events().add(event(set, at, now)));
        for (int retry = 0; retry < 5; retry++) {
            String message = "http: TLS handshake error from "
                    + hit.nodes().get(0).ip() + ":" + (40_112 + 13 * retry) + ": remote error: tls: bad certificate";
            hit.istiodLog().add(new LogLine(at.plusSeconds(30L * retry), "error", "", message));
        }
    }

    private record Replicas(String namespace, String set) {}

    private static Event event(Replicas replicas, Instant since, Instant now) {
        return new Event(
                replicas.namespace(),
                "Warning",
                "FailedCreate",
                "replicaset/" + replicas.set(),
                "replicaset-controller",
                CAUSE,
                since.plusSeconds(40),
                now.minusSeconds(75),
                16);
    }
}
