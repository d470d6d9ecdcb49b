package io.meshdiag.collector.cluster.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager;
import io.fabric8.kubernetes.client.informers.impl.ListerWatcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an informer asks the API server, with what the informer itself does not show: every failure, every bookmark, and pauses after failures. What
 * is handed on to fabric8 as a failure is without the server's text, because fabric8 logs it, and the text of a watch event may be a Secret.
 */
final class WatchFeed implements ListerWatcher<GenericKubernetesResource, GenericKubernetesResourceList> {
    /** The informer's own pause between tries, milliseconds; {@link WatchHealth} adds the one that matters. */
    private static final int INFORMERS_PAUSE = 50;

    private final ListerWatcher<GenericKubernetesResource, GenericKubernetesResourceList> api;
    private final AccessNeed need;
    private final long pageSize;
    private final WatchHealth health;
    private final Consumer<ApiFailure> onFailure;
    private volatile boolean closed;

    WatchFeed(
            ListerWatcher<GenericKubernetesResource, GenericKubernetesResourceList> api,
            AccessNeed need,
            long pageSize,
            WatchHealth health,
            Consumer<ApiFailure> onFailure) {
        this.api = api;
        this.need = need;
        this.pageSize = pageSize;
        this.health = health;
        this.onFailure = onFailure;
    }

    /** No further request is sent, and failures of those under way count no more. */
    void close() {
        closed = true;
    }

    @Override
    public CompletableFuture<GenericKubernetesResourceList> submitList(ListOptions options) {
        return paced("list", () -> api.submitList(options)).thenApply(this::readable);
    }

    /** A page without what is no object at all: that would cost the whole list. */
    private GenericKubernetesResourceList readable(GenericKubernetesResourceList page) {
        health.sign();
        List<GenericKubernetesResource> items =
                page.getItems().stream().filter(WatchFeed::named).toList();
        health.object("an item without a name", items.size() == page.getItems().size());
        page.setItems(items);
        return page;
    }

    private static boolean named(GenericKubernetesResource item) {
        return item != null && item.getMetadata() != null && item.getMetadata().getName() != null;
    }

    @Override
    public CompletableFuture<AbstractWatchManager<GenericKubernetesResource>> submitWatch(
            ListOptions options, Watcher<GenericKubernetesResource> watcher) {
        return paced("watch", () -> api.submitWatch(options, new Seen(watcher))).thenApply(watch -> {
            health.watching();
            return watch;
        });
    }

    private <R> CompletableFuture<R> paced(String verb, Supplier<CompletableFuture<R>> request) {
        Duration pause = health.takePause();
        CompletableFuture<Void> waited = pause.isZero()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
        return waited.thenCompose(now -> {
                    if (closed) {
                        throw new CompletionException(new IllegalStateException("the watch is closed"));
                    }
                    return request.get();
                })
                .exceptionally(failure -> {
                    throw new CompletionException(failed(verb, failure).forInformer());
                });
    }

    private ApiFailure failed(String verb, Throwable failure) {
        ApiFailure meaning = ApiFailure.of(failure, new ApiFailure.Question(verb, need));
        if (!closed) {
            health.failed(meaning);
            onFailure.accept(meaning);
        }
        return meaning;
    }

    @Override
    public Long getLimit() {
        return pageSize;
    }

    @Override
    public int getWatchReconnectInterval() {
        return INFORMERS_PAUSE;
    }

    @Override
    public String getApiEndpointPath() {
        return api.getApiEndpointPath();
    }

    @Override
    public Config getConfig() {
        return api.getConfig();
    }

    /** Notes signs of life on their way to the informer. */
    private final class Seen implements Watcher<GenericKubernetesResource> {
        private final Watcher<GenericKubernetesResource> informer;

        Seen(Watcher<GenericKubernetesResource> informer) {
            this.informer = informer;
        }

        @Override
        public void eventReceived(Action action, GenericKubernetesResource object) {
            health.event(action == Action.BOOKMARK);
            informer.eventReceived(action, object);
        }

        @Override
        public void onClose(WatcherException cause) {
            informer.onClose(new WatcherException(
                    "the watch has to begin anew", failed("watch", cause).forInformer()));
        }

        @Override
        public void onClose() {
            informer.onClose();
        }

        @Override
        public boolean reconnecting() {
            return informer.reconnecting();
        }
    }
}
