package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.PodDirectory;
import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.istiod.ProxySighting;
import io.meshdiag.collector.cluster.istiod.ProxySightings;
import io.meshdiag.collector.cluster.pods.AllowedPaths;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.cluster.pods.PodAccess;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** A cluster in memory: pods that serve pages, what istiod saw of them, and what readers were told. */
final class FakeCluster implements PodDirectory, PodAccess, ProxySightings {
    static final String FORBIDDEN = "cannot create pods/portforward";

    final TestClock clock = new TestClock();
    final SourceBoard board = new SourceBoard();
    /** What readers know: facts by key, without those that are gone. */
    final Map<String, SpecificRecord> told = new TreeMap<>();

    final List<ProxySighting> sightings = new ArrayList<>();
    /** Requests in their order, "pod path" for port-forwards and "pod exec path" for commands. */
    final List<String> asked = new ArrayList<>();

    boolean listed = true;
    boolean portForwardForbidden;
    boolean execForbidden = true;

    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<String, Answer> answers = new TreeMap<>();
    private final Surroundings surroundings = new Surroundings(
            new ClusterOrigin("mesh1", "east", "0a1b2c3d-0000", "test", clock),
            this,
            this,
            new Book(new Recorder(), Duration.ofMinutes(10)),
            board);

    /** Opens a page. */
    @FunctionalInterface
    interface Answer {
        InputStream open() throws PageException;
    }

    private final class Recorder implements FactPublisher {
        @Override
        public Outcome publish(SpecificRecord fact) {
            told.put(Facts.key(fact).toString(), fact);
            return Outcome.SENT;
        }

        @Override
        public void tombstone(FactKey key) {
            told.remove(key.toString());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** A ready proxy that has been running for hours. */
    FakeCluster proxy(String namespace, String name) {
        return pod(namespace, name, "web", TestClock.START.minus(Duration.ofHours(5)), true, 0);
    }

    FakeCluster pod(String namespace, String name, String app, Instant created, boolean ready, int restarts) {
        pods.put(
                namespace + "/" + name,
                new Pod(
                        namespace,
                        name,
                        null,
                        "node-1",
                        "Running",
                        ready,
                        false,
                        app,
                        false,
                        !app.equals("istiod") && !app.equals("ztunnel"),
                        ready,
                        "1.28.1",
                        null,
                        null,
                        null,
                        null,
                        restarts,
                        null,
                        created,
                        "1.28.1",
                        null,
                        "10.0.0.1",
                        15014,
                        Map.of()));
        return this;
    }

    FakeCluster istiod(String name) {
        return pod("istio-system", name, "istiod", TestClock.START.minus(Duration.ofHours(5)), true, 0);
    }

    FakeCluster ztunnel(String name) {
        return pod("istio-system", name, "ztunnel", TestClock.START.minus(Duration.ofHours(5)), true, 0);
    }

    void delete(String namespace, String name) {
        pods.remove(namespace + "/" + name);
    }

    /** What a pod answers to a path, with its query. */
    FakeCluster serve(String pod, String path, String page) {
        return answer(pod, path, () -> new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }

    FakeCluster refuse(String pod, String path, SourceState state, String detail) {
        return answer(pod, path, () -> {
            throw new PageException(state, detail);
        });
    }

    FakeCluster answer(String pod, String path, Answer answer) {
        answers.put(pod + " " + path, answer);
        return this;
    }

    /** A proxy of istiod-1; staleSince null = in sync. */
    FakeCluster sees(String namespace, String name, Instant staleSince, boolean rejected) {
        sightings.removeIf(s -> s.namespace().equals(namespace) && s.name().equals(name));
        sightings.add(new ProxySighting(
                namespace,
                name,
                "sidecar",
                new IstiodPod("istio-system", "istiod-1"),
                TestClock.START,
                staleSince,
                rejected));
        return this;
    }

    SourceCoverage coverage(String source) {
        return board.coverage().stream()
                .filter(c -> c.getSource().equals(source))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is said about " + source));
    }

    /** Facts of one kind. */
    <T> List<T> told(Class<T> kind) {
        return told.values().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Pods that were asked for their dump, in that order. */
    List<String> dumped() {
        return asked.stream()
                .filter(request -> request.contains("config_dump?include_eds"))
                .map(request -> request.substring(request.indexOf('/') + 1, request.indexOf(' ')))
                .toList();
    }

    @Override
    public InputStream get(Pod pod, int port, String path) throws PageException {
        asked.add(pod.namespace() + "/" + pod.name() + " " + AllowedPaths.check(path));
        if (portForwardForbidden) {
            throw new PageException(SourceState.FORBIDDEN, FORBIDDEN);
        }
        return page(pod, path);
    }

    @Override
    public InputStream exec(Pod pod, String container, String... command) throws PageException {
        String path = "/" + command[command.length - 1];
        asked.add(pod.namespace() + "/" + pod.name() + " exec " + String.join(" ", command));
        if (execForbidden) {
            throw new PageException(SourceState.FORBIDDEN, "cannot create pods/exec");
        }
        return page(pod, path);
    }

    private InputStream page(Pod pod, String path) throws PageException {
        Answer answer = answers.get(pod.namespace() + "/" + pod.name() + " " + path);
        if (answer == null) {
            throw new PageException(SourceState.UNREACHABLE, "nothing listens there");
        }
        return answer.open();
    }

    @Override
    public InputStream log(Pod pod, String container, Duration since, int lines) {
        throw new AssertionError("no log is read here");
    }

    @Override
    public List<Pod> istiods() {
        return pods.values().stream().filter(p -> "istiod".equals(p.app())).toList();
    }

    @Override
    public List<Pod> proxies() {
        return pods.values().stream().filter(Pod::hasProxy).toList();
    }

    @Override
    public List<Pod> ztunnels() {
        return pods.values().stream().filter(p -> "ztunnel".equals(p.app())).toList();
    }

    @Override
    public List<Pod> cniAgents() {
        return List.of();
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        return Optional.ofNullable(pods.get(namespace + "/" + name));
    }

    @Override
    public boolean complete() {
        return listed;
    }

    @Override
    public void onDeleted(Consumer<Pod> listener) {}

    @Override
    public List<ProxySighting> all() {
        return List.copyOf(sightings);
    }
}
