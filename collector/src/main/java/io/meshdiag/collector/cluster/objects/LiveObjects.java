package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.PodDirectory;
import io.meshdiag.collector.cluster.watch.ObjectListener;
import io.meshdiag.collector.cluster.watch.WatchedKind;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.kubernetes.CniMetrics;
import io.meshdiag.collector.extract.kubernetes.EventFacts;
import io.meshdiag.collector.extract.kubernetes.Inventory;
import io.meshdiag.collector.extract.kubernetes.JoinedFacts;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.kubernetes.Subject;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The facts of a cluster's objects, kept true as watches tell of them. Facts of single objects are told at the change, facts that join objects by
 * {@link #settle}, so that a roll-out of many pods makes each of them once.
 *
 * <p>Nothing is concluded from what is not there before all that could show it was listed; where a kind may not be read, the facts that need it stay
 * as a collector before left them. Thread-safe.
 */
public final class LiveObjects implements ObjectListener, PodDirectory {
    private static final String OBSERVER = "collector";
    private static final String PODS = "pods";
    private static final String EVENTS = "events";
    /** Told for themselves, and joined where they select pods. */
    private static final String SERVICE_ENTRIES = "serviceentries";

    /** Kinds that facts join, by their plural. */
    private static final Map<String, String> JOINED = Map.of(
            "namespaces",
            "Namespace",
            "nodes",
            "Node",
            PODS,
            "Pod",
            "services",
            "Service",
            "endpointslices",
            "EndpointSlice",
            "deployments",
            "Deployment",
            "daemonsets",
            "DaemonSet",
            "configmaps",
            "ConfigMap",
            "secrets",
            "Secret");

    private final ClusterOrigin origin;
    private final int refreshParts;
    private final Listings listings;
    private final Inventory inventory = new Inventory();
    private final JoinedSubjects joined;
    private final OwnFacts own;
    private final EventFacts events = new EventFacts();
    private final PodTraces traces;
    private final Book book;
    private final List<Consumer<Pod>> deletionListeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private boolean eventsTold;
    private int nextPart;

    /**
     * Knows nothing yet.
     *
     * @param watched all kinds that are watched
     * @param state how well each of them can be read at present: what is FORBIDDEN is not waited for, and only what is OK is told again without a
     *     change
     * @param board is told of facts that cannot be made
     * @param cni what the agents' metrics say; {@link #metricsRead} says when
     */
    public LiveObjects(
            ClusterOrigin origin,
            Book book,
            Collection<WatchedKind> watched,
            Function<WatchedKind, SourceState> state,
            SourceBoard board,
            CniMetrics cni,
            ObjectsSettings settings) {
        this.origin = origin;
        this.book = book;
        this.refreshParts = settings.refreshParts();
        this.listings = new Listings(watched, state);
        this.joined = new JoinedSubjects(
                inventory,
                new JoinedFacts(inventory, origin.clusterIdSource(), cni),
                listings,
                book,
                this::ours,
                new Unmade(board));
        this.own = new OwnFacts(book);
        this.traces = new PodTraces(book, clusterKey());
    }

    @Override
    public void changed(WatchedKind kind, KubernetesObject object) {
        synchronized (lock) {
            if (kind.plural().equals(EVENTS)) {
                events.put(id(object.namespace(), object.name()), object, now())
                        .filter(fact -> eventsTold)
                        .ifPresent(book::accept);
                return;
            }
            inventory.accept(object);
            own.changed(kind, object, now());
        }
    }

    @Override
    public void deleted(WatchedKind kind, String namespace, String name) {
        Optional<Pod> pod;
        synchronized (lock) {
            pod = kind.plural().equals(PODS)
                    ? Optional.ofNullable(inventory.pod(id(namespace, name)))
                    : Optional.empty();
            if (kind.plural().equals(EVENTS)) {
                events.remove(id(namespace, name));
            }
            if (JOINED.containsKey(kind.plural())) {
                inventory.remove(JOINED.get(kind.plural()), namespace, name);
            }
            if (kind.plural().equals(SERVICE_ENTRIES)) {
                inventory.remove("ServiceEntry", namespace, name);
            }
            own.deleted(kind, namespace, name);
            pod.ifPresent(traces::gone);
        }
        // Without the lock: who listens may have locks of its own.
        pod.ifPresent(gone -> deletionListeners.forEach(listener -> listener.accept(gone)));
    }

    @Override
    public void listed(WatchedKind kind) {
        synchronized (lock) {
            if (!listings.listed(kind)) {
                return;
            }
            own.sweep(kind, this::ours);
            if (kind.plural().equals(PODS) && listings.complete(PODS)) {
                traces.sweep(inventory);
            }
        }
    }

    /** A kind that facts join and that is not served is not known to be empty: an API server without EndpointSlices has endpoints all the same. */
    @Override
    public void notServed(WatchedKind kind) {
        synchronized (lock) {
            listings.notServed(kind);
            own.deleted(kind);
            if (!JOINED.containsKey(kind.plural())) {
                own.sweep(kind, this::ours);
            }
        }
    }

    /** Makes the facts anew that changes touched, as far as all that they need is known. To be called again and again. */
    public void settle() {
        synchronized (lock) {
            joined.settle(now());
            if (!eventsTold && listings.decided(EVENTS)) {
                // What happened before us is told as of its own time, so that telling it again says nothing new.
                events.asOfTheirTimes(now(), book);
                eventsTold = true;
            }
        }
    }

    /** True when all first lists were seen and told, as far as they may be read. */
    public boolean settled() {
        synchronized (lock) {
            return eventsTold && joined.settled();
        }
    }

    /** Presents the next part of all facts to the book, which tells those that are due again. */
    public void refresh() {
        synchronized (lock) {
            int part = nextPart;
            nextPart = (nextPart + 1) % refreshParts;
            joined.refresh(part, refreshParts, now());
            own.refresh(part, refreshParts, listings::current, origin.clock().instant());
            if (part == 0 && listings.complete(PODS)) {
                // A page that was being read while its pod was deleted may have been told after the deletion.
                traces.sweep(inventory);
            }
        }
    }

    /** Takes the mesh config that istiod runs with; it wins over the one of the ConfigMap. */
    public void effectiveMeshConfig(MeshConfig config) {
        synchronized (lock) {
            inventory.effectiveMeshConfig(config);
        }
    }

    /** The metrics of the istio-cni-node pod on this node changed. */
    public void metricsRead(String node) {
        synchronized (lock) {
            joined.touched(Subject.ofNode(node));
        }
    }

    /** Takes the API server's version. Example: "v1.33.1". */
    public void serverVersion(String version) {
        synchronized (lock) {
            inventory.serverVersion(version);
        }
    }

    @Override
    public List<Pod> istiods() {
        synchronized (lock) {
            return inventory
                    .istiods()
                    .filter(pod -> pod.phase().equals("Running"))
                    .toList();
        }
    }

    @Override
    public List<Pod> proxies() {
        synchronized (lock) {
            return inventory.pods().stream()
                    .filter(pod -> pod.hasProxy() && pod.running())
                    .toList();
        }
    }

    @Override
    public List<Pod> cniAgents() {
        synchronized (lock) {
            return inventory.agents().toList();
        }
    }

    @Override
    public List<Pod> ztunnels() {
        synchronized (lock) {
            return inventory.pods().stream()
                    .filter(pod -> "DaemonSet/ztunnel".equals(pod.owner()) && pod.running())
                    .toList();
        }
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        synchronized (lock) {
            return Optional.ofNullable(inventory.pod(id(namespace, name)));
        }
    }

    @Override
    public boolean complete() {
        synchronized (lock) {
            return listings.complete(PODS);
        }
    }

    @Override
    public void onDeleted(Consumer<Pod> listener) {
        deletionListeners.add(listener);
    }

    private Origin now() {
        return origin.now(OBSERVER, "kubernetes:objects");
    }

    private FactKey clusterKey() {
        return new FactKey(
                origin.meshId(),
                FactKey.clusterSegment(origin.clusterId(), origin.clusterUid()),
                FactKind.CLUSTER_PROFILE,
                List.of());
    }

    private boolean ours(FactKey key) {
        return traces.ours(key);
    }

    private static String id(String namespace, String name) {
        return namespace + "/" + name;
    }
}
