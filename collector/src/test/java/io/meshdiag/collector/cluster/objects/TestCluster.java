package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.watch.WatchedKind;
import io.meshdiag.collector.extract.kubernetes.CniMetrics;
import io.meshdiag.collector.extract.kubernetes.KubernetesListParser;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** A cluster whose watches are played by hand: its objects are given as YAML, and what is told of it is read as short lines. */
final class TestCluster implements FactPublisher {
    /** Kind as objects say it, plural as the API says it. */
    private static final Map<String, String> PLURALS = Map.ofEntries(
            Map.entry("Namespace", "namespaces"),
            Map.entry("Node", "nodes"),
            Map.entry("Pod", "pods"),
            Map.entry("Service", "services"),
            Map.entry("EndpointSlice", "endpointslices"),
            Map.entry("Deployment", "deployments"),
            Map.entry("DaemonSet", "daemonsets"),
            Map.entry("ConfigMap", "configmaps"),
            Map.entry("Secret", "secrets"),
            Map.entry("Event", "events"),
            Map.entry("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
            Map.entry("VirtualService", "virtualservices"),
            Map.entry("ServiceEntry", "serviceentries"),
            Map.entry("WorkloadEntry", "workloadentries"));

    private static final Set<String> CUSTOM = Set.of("virtualservices", "workloadentries", "serviceentries");

    private final Map<String, WatchedKind> kinds = new HashMap<>();
    private final Map<WatchedKind, SourceState> states = new HashMap<>();
    private final List<SpecificRecord> told = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private Instant now = Instant.parse("2026-08-22T15:00:00Z");

    final Book book = new Book(this, Duration.ofMinutes(10));
    final LiveObjects objects;

    final SourceBoard board = new SourceBoard();

    TestCluster() {
        this(CniMetrics.NONE);
    }

    TestCluster(CniMetrics metrics) {
        PLURALS.values().forEach(plural -> {
            String group = CUSTOM.contains(plural) ? "networking.istio.io" : "";
            kinds.put(plural, new WatchedKind(group, plural, "kubernetes/" + plural, null, null, null));
        });
        objects = new LiveObjects(
                new ClusterOrigin("mesh1", "east", "0123456789ab", "test", () -> now),
                book,
                kinds.values(),
                kind -> states.getOrDefault(kind, SourceState.MISSING),
                board,
                metrics,
                ObjectsSettings.DEFAULT);
    }

    /** A cluster of these objects, all of whose lists ended; what was told until then is not news. */
    static TestCluster of(String yaml) {
        TestCluster cluster = new TestCluster();
        cluster.see(yaml);
        cluster.listAll();
        cluster.news();
        return cluster;
    }

    /** The watches show objects, new or changed. */
    TestCluster see(String yaml) {
        parse(yaml).forEach(object -> objects.changed(kinds.get(PLURALS.get(object.kind())), object));
        return this;
    }

    /** A watch of one namespace shows objects that the watch of all namespaces shows, too. */
    void seeIn(String namespace, String yaml) {
        parse(yaml).forEach(object -> objects.changed(watchOf(namespace, PLURALS.get(object.kind())), object));
    }

    void deleteIn(String namespace, String plural, String name) {
        objects.deleted(watchOf(namespace, plural), namespace, name);
    }

    private WatchedKind watchOf(String namespace, String plural) {
        return new WatchedKind(kinds.get(plural).group(), plural, "kubernetes/" + plural, namespace, null, null);
    }

    void delete(String plural, String namespace, String name) {
        objects.deleted(kinds.get(plural), namespace, name);
    }

    void list(String... plurals) {
        for (String plural : plurals) {
            states.put(kinds.get(plural), SourceState.OK);
            objects.listed(kinds.get(plural));
        }
    }

    void listAll() {
        list(PLURALS.values().toArray(String[]::new));
    }

    /** Lists all kinds but one. */
    void listAllBut(String denied) {
        list(PLURALS.values().stream().filter(p -> !p.equals(denied)).toArray(String[]::new));
    }

    void state(String plural, SourceState state) {
        states.put(kinds.get(plural), state);
    }

    void notServed(String plural) {
        objects.notServed(kinds.get(plural));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** What was told since this was asked before, in the order of the keys: "Workload/shop/web-1", or "gone Workload/shop/web-1". */
    List<String> news() {
        objects.settle();
        List<String> news = lines.stream().sorted().toList();
        lines.clear();
        return news;
    }

    /** The fact of a kind that was told last. */
    <T> T last(Class<T> kind) {
        objects.settle();
        return told.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " was told"));
    }

    /** How often a kind was told. */
    long times(Class<?> kind) {
        objects.settle();
        return told.stream().filter(kind::isInstance).count();
    }

    static FactKey key(String shortened) {
        return FactKey.parse("mesh1/east@01234567/" + shortened);
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        told.add(fact);
        lines.add(shortened(Facts.key(fact)));
        return Outcome.SENT;
    }

    @Override
    public void tombstone(FactKey key) {
        lines.add("gone " + shortened(key));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private static String shortened(FactKey key) {
        return key.toString().substring("mesh1/east@01234567/".length());
    }

    private static Stream<KubernetesObject> parse(String yaml) {
        List<KubernetesObject> objects = new ArrayList<>();
        try {
            KubernetesListParser.parse(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), objects::add);
        } catch (Exception e) {
            throw new IllegalArgumentException("the test's YAML is not readable", e);
        }
        return objects.stream();
    }
}
