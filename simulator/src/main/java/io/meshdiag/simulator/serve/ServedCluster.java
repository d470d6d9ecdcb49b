package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Node;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Service;
import io.meshdiag.simulator.pki.Pem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** One cluster of a {@link ServedFleet}: what listens there, and what can go wrong at run time. */
public final class ServedCluster {
    private static final int KUBELET_PORT = 10250;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final ApiServer api;
    private final String id;
    private final AppliedObjects objects;
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
    private final Map<String, HttpServer> istiods = new ConcurrentHashMap<>();
    private final List<GatewayDoor> gateways = new ArrayList<>();
    private volatile Map<String, ServedPod> pods = Map.of();

    ServedCluster(Vertx vertx, ApiServer api, String id, Parallel parallel) {
        this.vertx = vertx;
        this.api = api;
        this.id = id;
        this.objects = new AppliedObjects(api, parallel);
    }

    /** First what listens, then the objects that say where. */
    void start(Fleet fleet) {
        objects.sweep();
        turnTo(fleet);
        Cluster cluster = fleet.cluster(id);
        PemKeyCertOptions certificate = certificate(fleet, cluster);
        Forwarding forwarding = new Forwarding(vertx, this::pod, troubles::get);
        Kubelet kubelet = new Kubelet(vertx, certificate, this::pod, forwarding);
        List<Future<?>> doors = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            doors.add(kubelet.listen(node.ip(), KUBELET_PORT));
        }
        for (Pod pod : cluster.pods(Pod.Role.CNI)) {
            doors.add(server(pod, null).listen(pod.ip(), ServedPod.ISTIOD_PORT));
        }
        for (Service service : cluster.services().values()) {
            if (service.externalAddress().isPresent()) {
                GatewayDoor door = new GatewayDoor(vertx, service.loadBalancerIp(), certificate);
                gateways.add(door);
                doors.add(door.turn(GatewayState.OPEN));
            }
        }
        doors.forEach(ServedCluster::await);
        istiods().forEach(this::open);
        objects.turnTo(wanted(fleet));
    }

    /** Objects and pages follow; the addresses stay. */
    void apply(Fleet fleet) {
        turnTo(fleet);
        objects.turnTo(wanted(fleet));
    }

    private void turnTo(Fleet fleet) {
        Cluster cluster = fleet.cluster(id);
        pods = cluster.pods()
                .map(pod -> new ServedPod(fleet, cluster, pod))
                .collect(Collectors.toMap(
                        each -> each.pod().namespace() + "/" + each.pod().name(), each -> each));
    }

    private Map<ApiObject.Key, ApiObject> wanted(Fleet fleet) {
        return new ServedObjects(fleet, fleet.cluster(id), KUBELET_PORT).all();
    }

    private ServedPod pod(String namespace, String name) {
        ServedPod pod = pods.get(namespace + "/" + name);
        boolean closed = pod != null && pod.pod().role() == Pod.Role.ISTIOD && !istiods.containsKey(name);
        return closed ? null : pod;
    }

    private PageServer server(Pod pod, DebugGuard guard) {
        return new PageServer(
                vertx,
                () -> pods.get(pod.namespace() + "/" + pod.name()).site(ServedPod.ISTIOD_PORT),
                guard,
                () -> troubles.get(pod.name()));
    }

    private static PemKeyCertOptions certificate(Fleet fleet, Cluster cluster) {
        Instant from = fleet.settings().time().minus(Duration.ofHours(6));
        var credential = cluster.authority()
                .credential(
                        "spiffe://cluster.local/ns/istio-system/sa/istio-eastwestgateway-service-account",
                        from,
                        from.plus(Duration.ofHours(24)));
        return new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(credential.keyPem()))
                .addCertValue(Buffer.buffer(Pem.of(credential.chain())));
    }

    /** Names of the istiod replicas. */
    public List<String> istiods() {
        return pods.values().stream()
                .filter(each -> each.pod().role() == Pod.Role.ISTIOD)
                .map(each -> each.pod().name())
                .sorted()
                .toList();
    }

    /** Lets every page of a pod fail, by whatever way it is asked for over HTTP. */
    public void trouble(String pod, Trouble trouble) {
        troubles.put(pod, trouble);
    }

    /** Ends what {@link #trouble} began. */
    public void heal(String pod) {
        troubles.remove(pod);
    }

    /** An istiod replica is gone: connections end in the middle and new ones are refused. The Pod object stays. */
    public void stop(String istiod) {
        HttpServer server = istiods.remove(istiod);
        if (server != null) {
            await(server.close());
        }
    }

    /** Brings back what {@link #stop} took. */
    public void open(String istiod) {
        ServedPod replica = pods.get("istio-system/" + istiod);
        DebugGuard guard = new DebugGuard(api, replica.fleet().settings().istioVersion());
        istiods.computeIfAbsent(
                istiod,
                name -> await(server(replica.pod(), guard).listen(replica.pod().ip(), ServedPod.ISTIOD_PORT)));
    }

    /** How the east-west gateway meets callers. */
    public void gateway(GatewayState state) {
        gateways.forEach(door -> await(door.turn(state)));
    }

    /** Leaves nothing behind. */
    void close() {
        objects.sweep();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while something was to listen", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Nothing can listen on an address of the simulated fleet", e);
        }
    }
}
