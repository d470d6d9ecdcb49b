package io.meshdiag.collector.cluster.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** An informer's store that remembers of each object only that it exists, and in which version. Keys are namespace/name, or /name. */
final class Stubs implements ItemStore<GenericKubernetesResource> {
    /** The version is not known: whatever a list shows is news. */
    private static final String UNKNOWN = "";

    private final Map<String, String> versions = new ConcurrentHashMap<>();

    /** @param known keys of objects that were told before: gone when the next list does not show them */
    Stubs(Collection<String> known) {
        known.forEach(key -> versions.put(key, UNKNOWN));
    }

    static String key(GenericKubernetesResource object) {
        String namespace = object.getMetadata().getNamespace();
        return (namespace == null ? "" : namespace) + "/" + object.getMetadata().getName();
    }

    static String namespace(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    static String name(String key) {
        return key.substring(key.indexOf('/') + 1);
    }

    private static GenericKubernetesResource stub(String key, String version) {
        GenericKubernetesResource stub = new GenericKubernetesResource();
        ObjectMeta metadata = new ObjectMeta();
        String namespace = namespace(key);
        metadata.setNamespace(namespace.isEmpty() ? null : namespace);
        metadata.setName(name(key));
        metadata.setResourceVersion(version);
        stub.setMetadata(metadata);
        return stub;
    }

    @Override
    public String getKey(GenericKubernetesResource object) {
        return key(object);
    }

    @Override
    public GenericKubernetesResource put(String key, GenericKubernetesResource object) {
        String version = object.getMetadata().getResourceVersion();
        String before = versions.put(key, version == null ? UNKNOWN : version);
        return before == null ? null : stub(key, before);
    }

    @Override
    public GenericKubernetesResource remove(String key) {
        String before = versions.remove(key);
        return before == null ? null : stub(key, before);
    }

    @Override
    public Stream<String> keySet() {
        return versions.keySet().stream();
    }

    @Override
    public Stream<GenericKubernetesResource> values() {
        return versions.entrySet().stream().map(e -> stub(e.getKey(), e.getValue()));
    }

    @Override
    public int size() {
        return versions.size();
    }

    @Override
    public GenericKubernetesResource get(String key) {
        String version = versions.get(key);
        return version == null ? null : stub(key, version);
    }

    /** The informer must hand objects on while it lists: they are not kept for later. */
    @Override
    public boolean isFullState() {
        return false;
    }
}
