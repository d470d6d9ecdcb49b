package io.meshdiag.collector.cluster.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.impl.DefaultSharedIndexInformer;
import io.fabric8.kubernetes.client.informers.impl.ListerWatcher;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one kind with one informer after the other: an informer that stopped or fell silent is replaced, and what was told before is compared with
 * the new one's list, so that nothing that vanished meanwhile is missed.
 *
 * <p>The listener is called on the thread that received the object: while it is busy no further one is received, and no queue grows.
 */
final class KindWatch implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(KindWatch.class);

    private final WatchedKind kind;
    private final ServedKind served;
    private final ListerWatcher<GenericKubernetesResource, GenericKubernetesResourceList> api;
    private final WatchSettings settings;
    private final ObjectListener listener;
    private final WatchHealth health;
    private final WatchMeters meters;
    private final Consumer<ApiFailure> onFailure;
    private final Trees trees;

    /** Held while the listener is called, and while informers are exchanged. */
    private final ReentrantLock delivery = new ReentrantLock();

    /** Keys of what the listener knows; guarded by delivery. */
    private final Set<String> told = new HashSet<>();

    /** Guarded by delivery; null when closed. */
    private Session session;

    KindWatch(
            KubernetesClient client,
            WatchedKind kind,
            ServedKind served,
            WatchSettings settings,
            ObjectListener listener,
            WatchHealth health,
            WatchMeters meters,
            Consumer<ApiFailure> onFailure) {
        this.kind = kind;
        this.served = served;
        this.api = api(client, kind, served);
        this.settings = settings;
        this.listener = listener;
        this.health = health;
        this.meters = meters;
        this.onFailure = onFailure;
        this.trees = new Trees(kind, served);
    }

    /** The client's operations are what its informers list and watch with. */
    @SuppressWarnings("unchecked")
    private static ListerWatcher<GenericKubernetesResource, GenericKubernetesResourceList> api(
            KubernetesClient client, WatchedKind kind, ServedKind served) {
        MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
                all = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup(kind.group())
                .withVersion(served.version())
                .withKind(served.kind())
                .withPlural(kind.plural())
                .withNamespaced(served.namespaced())
                .build());
        FilterWatchListDeletable<
                        GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
                some = !served.namespaced()
                        ? all
                        : kind.namespace() == null ? all.inAnyNamespace() : all.inNamespace(kind.namespace());
        if (kind.labelSelector() != null) {
            some = some.withLabelSelector(kind.labelSelector());
        }
        if (kind.fieldSelector() != null) {
            String[] field = kind.fieldSelector().split("=", 2);
            some = some.withField(field[0], field[1]);
        }
        return (ListerWatcher<GenericKubernetesResource, GenericKubernetesResourceList>) some;
    }

    ServedKind served() {
        return served;
    }

    WatchHealth health() {
        return health;
    }

    void start() {
        exchange();
    }

    /** Replaces an informer that is dead. To be called every few seconds; never waits for the listener or the network. */
    void check() {
        // A listener that is busy holds the watch back: that is no silence.
        if (!delivery.tryLock()) {
            return;
        }
        try {
            if (session == null) {
                return;
            }
            if (!session.informer.isRunning() || health.dead(session.informer.isWatching())) {
                LOGGER.atWarn().addKeyValue("kind", kind.part()).log("a watch is silent or ended; it is built anew");
                meters.rebuilt(kind);
                health.rebuilt();
            } else {
                if (session.informer.isWatching()) {
                    health.tell();
                }
                return;
            }
        } finally {
            delivery.unlock();
        }
        exchange();
    }

    // Nobody waits for the start: its failures reach the feed, and the informer goes on trying.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void exchange() {
        Session next;
        Session before;
        delivery.lock();
        try {
            before = session;
            next = new Session();
            session = next;
        } finally {
            delivery.unlock();
        }
        if (before != null) {
            before.stop();
        }
        next.informer.start();
    }

    /** Nothing is told any more once this returns. */
    @Override
    public void close() {
        Session before;
        delivery.lock();
        try {
            before = session;
            session = null;
        } finally {
            delivery.unlock();
        }
        if (before != null) {
            before.stop();
        }
    }

    /** One informer, and what it tells as long as it is the current one. */
    private final class Session implements ResourceEventHandler<GenericKubernetesResource> {
        private final WatchFeed feed =
                new WatchFeed(api, AccessNeeds.need(kind), settings.pageSize(), health, onFailure);
        private final DefaultSharedIndexInformer<GenericKubernetesResource, GenericKubernetesResourceList> informer =
                new DefaultSharedIndexInformer<>(GenericKubernetesResource.class, feed, 0, Runnable::run);

        Session() {
            informer.exceptionHandler((started, failure) -> true);
            // Before the store has entries: a handler is told of those at once.
            informer.addEventHandler(this);
            informer.itemStore(new Stubs(told));
            informer.removeIndexer("namespace");
        }

        void stop() {
            feed.close();
            informer.stop();
        }

        @Override
        public void onAdd(GenericKubernetesResource object) {
            deliver(() -> changed(object));
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
            deliver(() -> changed(object));
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean lastStateUnknown) {
            deliver(() -> {
                String key = Stubs.key(object);
                health.object(key, true);
                if (told.remove(key)) {
                    listener.deleted(kind, Stubs.namespace(key), Stubs.name(key));
                }
            });
        }

        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            deliver(() -> {
                listener.listed(kind);
                health.listed();
            });
        }

        private void changed(GenericKubernetesResource decoded) {
            String key = Stubs.key(decoded);
            told.add(key);
            try {
                KubernetesObject object = trees.object(decoded);
                meters.seen(kind);
                listener.changed(kind, object);
                health.object(key, true);
            } catch (RuntimeException e) {
                // It costs itself only. Its text is not logged: it may be a Secret.
                health.object(key, false);
                LOGGER.atWarn()
                        .addKeyValue("kind", kind.part())
                        .addKeyValue("object", key)
                        .addKeyValue("reason", e.getClass().getSimpleName())
                        .log("an object cannot be read");
            }
        }

        private void deliver(Runnable news) {
            delivery.lock();
            try {
                if (session == this) {
                    news.run();
                }
            } finally {
                delivery.unlock();
            }
        }
    }
}
