package io.meshdiag.collector.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** What a listener would know, and in which order it was told. */
final class SeenObjects implements ObjectListener {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Objects by plural/namespace/name. */
    final Map<String, KubernetesObject> objects = new ConcurrentHashMap<>();

    /** For example "changed pods/shop/web", "deleted pods/shop/web", "listed pods", "notServed pods". */
    final Queue<String> told = new ConcurrentLinkedQueue<>();

    /** Runs before an object is taken. */
    volatile Consumer<KubernetesObject> before = object -> {};

    @Override
    public void changed(WatchedKind kind, KubernetesObject object) {
        before.accept(object);
        String key = kind.plural() + "/" + object.namespace() + "/" + object.name();
        objects.put(key, object);
        told.add("changed " + key);
    }

    @Override
    public void deleted(WatchedKind kind, String namespace, String name) {
        String key = kind.plural() + "/" + namespace + "/" + name;
        objects.remove(key);
        told.add("deleted " + key);
    }

    @Override
    public void listed(WatchedKind kind) {
        told.add("listed " + kind.plural());
    }

    @Override
    public void notServed(WatchedKind kind) {
        told.add("notServed " + kind.plural());
        objects.keySet().removeIf(key -> key.startsWith(kind.plural() + "/"));
    }

    void awaitTold(String what) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).contains(what));
    }

    void awaitObject(String key, Consumer<KubernetesObject> expectation) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(objects).containsKey(key);
            expectation.accept(objects.get(key));
        });
    }

    void awaitGone(String key) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(objects).doesNotContainKey(key));
    }
}
