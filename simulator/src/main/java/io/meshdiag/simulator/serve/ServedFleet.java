package io.meshdiag.simulator.serve;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import io.meshdiag.simulator.fleet.Addressing;
import io.meshdiag.simulator.fleet.Fleet;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A scenario's fleet, alive: the objects of each cluster on a real API server, and everything that a collector reaches from
 * there on this machine's loopback: istiods (pod address, port-forward, exec), Envoys (port-forward, exec), logs and CNI agents
 * through stand-ins for kubelets, and the east-west gateways. Faults can be switched at run time: objects and pages follow.
 *
 * <p>The API servers run on this machine too, with the controllers of Kubernetes but those of EndpointSlices, and without
 * kubelets and scheduler. Objects of others are left alone, own ones carry the label {@value ApiServer#OWN}. Give the
 * scenario the present time ({@link Scenario#bundled(String, java.time.Instant)}), or its certificates have run out.
 */
public final class ServedFleet implements AutoCloseable {
    private final Map<String, ServedCluster> clusters = new LinkedHashMap<>();
    private final Loopback loopback;
    private final Parallel parallel = new Parallel();
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(2)
            .setWorkerPoolSize(8)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private Scenario scenario;

    private ServedFleet(Scenario scenario, Map<String, KubernetesClient> clients) {
        this.scenario = scenario;
        List<String> ids = scenario.clusters().stream().map(spec -> spec.id()).toList();
        if (!clients.keySet().containsAll(ids)) {
            throw new IllegalArgumentException("Each cluster of the scenario needs a client: " + ids);
        }
        List<ApiServer> servers =
                ids.stream().map(id -> new ApiServer(clients.get(id))).toList();
        this.loopback = new Loopback(servers.stream().map(ApiServer::address).toList());
        for (int i = 0; i < ids.size(); i++) {
            clusters.put(ids.get(i), new ServedCluster(vertx, servers.get(i), ids.get(i), parallel));
        }
    }

    /**
     * Deletes what earlier fleets left, and returns when all is served.
     *
     * @param clients with all rights, by the scenario's cluster ids; they stay open
     * @throws IllegalStateException when an API server refuses something; nothing is left behind then
     */
    public static ServedFleet start(Scenario scenario, Map<String, KubernetesClient> clients) {
        ServedFleet served = new ServedFleet(scenario, clients);
        try {
            Fleet fleet = scenario.fleet(served.loopback);
            served.clusters.values().forEach(cluster -> cluster.start(fleet));
            return served;
        } catch (RuntimeException e) {
            try (served) {
                throw e;
            }
        }
    }

    /** The same fleet with other faults: returns when objects and pages show them. */
    public void with(List<Fault> faults) {
        turnTo(scenario.with(faults));
    }

    /** Another state of the same fleet, for example with more replicas of a Service. Nodes and istiods must be the same. */
    public void turnTo(Scenario next) {
        Fleet fleet = next.fleet(loopback);
        clusters.values().forEach(cluster -> cluster.apply(fleet));
        scenario = next;
    }

    public Scenario scenario() {
        return scenario;
    }

    /** Where its parts are reached. */
    public Addressing addressing() {
        return loopback;
    }

    /** By the scenario's cluster id. */
    public ServedCluster cluster(String id) {
        return clusters.get(id);
    }

    /** Deletes all objects that it made, and returns when they are gone. */
    @Override
    public void close() {
        try {
            clusters.values().forEach(ServedCluster::close);
        } finally {
            parallel.close();
            loopback.close();
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
    }
}
