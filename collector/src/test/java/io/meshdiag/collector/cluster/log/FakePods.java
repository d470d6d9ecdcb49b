package io.meshdiag.collector.cluster.log;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.PodDirectory;
import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.cluster.pods.PodAccess;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A cluster whose pods, logs and pages a test sets, with what was asked of it. */
public final class FakePods implements PodDirectory, PodAccess {
    public static final Instant START = Instant.parse("2026-08-22T15:00:00Z");
    /** Of all pods. */
    static final Instant CREATED = Instant.parse("2026-08-22T14:00:00Z");

    public final RecordedFacts facts = new RecordedFacts();
    public final SourceBoard board = new SourceBoard();
    /** What is asked for, in order: {@code namespace/pod container since} or {@code namespace/pod port path}. */
    public final List<String> asked = new ArrayList<>();

    public Instant now = START;
    public boolean complete = true;
    private final Map<String, Pod> istiods = new TreeMap<>();
    private final Map<String, Pod> proxies = new TreeMap<>();
    private final Map<String, Pod> agents = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, PageException> failures = new TreeMap<>();

    public Surroundings surroundings() {
        return new Surroundings(
                new ClusterOrigin("mesh1", "east", "0a1b2c3d-0000", "test", () -> now),
                this,
                this,
                new Book(facts, Duration.ofMinutes(10)),
                board);
    }

    /** A pod as the watch would reduce it. */
    private static Pod reduced(String name, String spec) {
        try {
            String[] parts = name.split("/");
            return Pod.of(new KubernetesObject(
                    JsonMapper.builder().build().readTree("""
                    {"kind":"Pod","metadata":{"namespace":"%s","name":"%s","creationTimestamp":"%s"},%s}
                    """.formatted(parts[0], parts[1], CREATED, spec))));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public void istiod(String name) {
        istiods.put(name, reduced(name, "\"spec\":{\"nodeName\":\"node-1\"}"));
    }

    /** A pod with a proxy; {@code exitCode} is that of istio-validation, 0 for none. */
    public void proxy(String name, boolean ready, int exitCode) {
        proxies.put(name, reduced(name, """
                "spec":{"nodeName":"node-1","containers":[{"name":"istio-proxy"}]},
                "status":{"phase":"Running","containerStatuses":[{"name":"istio-proxy","ready":%s}],
                  "initContainerStatuses":[{"name":"istio-validation","state":{"terminated":{"exitCode":%d}}}]}
                """.formatted(ready, exitCode)));
    }

    public void agent(String name, String node, boolean ready) {
        agents.put(name, reduced(name, """
                "spec":{"nodeName":"%s","containers":[{"name":"install-cni"}]},
                "status":{"phase":"Running","conditions":[{"type":"Ready","status":"%s"}]}
                """.formatted(node, ready ? "True" : "False")));
    }

    public void remove(String name) {
        istiods.remove(name);
        proxies.remove(name);
        agents.remove(name);
    }

    /** What a pod's container logs, or shows under a path. */
    public void shows(String name, String containerOrPath, String text) {
        texts.put(name + " " + containerOrPath, text);
        failures.remove(name + " " + containerOrPath);
    }

    public void fails(String name, String containerOrPath, SourceState state, String detail) {
        failures.put(name + " " + containerOrPath, new PageException(state, detail));
    }

    /** A line of Istio as the kubelet gives it. */
    public static String line(Instant at, String rest) {
        return at.plusNanos(123_456) + " " + at + "\t" + rest + "\n";
    }

    public SourceCoverage coverage(String source) {
        return board.coverage().stream()
                .filter(c -> c.getSource().equals(source))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public InputStream log(Pod pod, String container, Duration since, int lines) throws PageException {
        asked.add(pod.namespace() + "/" + pod.name() + " " + container + " " + since);
        return answer(pod, container);
    }

    @Override
    public InputStream get(Pod pod, int port, String path) throws PageException {
        asked.add(pod.namespace() + "/" + pod.name() + " " + port + " " + path);
        return answer(pod, path);
    }

    @Override
    public InputStream exec(Pod pod, String container, String... command) {
        throw new AssertionError("logs and metrics need no command");
    }

    private InputStream answer(Pod pod, String what) throws PageException {
        String key = pod.namespace() + "/" + pod.name() + " " + what;
        if (failures.containsKey(key)) {
            throw failures.get(key);
        }
        if (!texts.containsKey(key)) {
            throw new PageException(SourceState.MISSING, "there is no " + what);
        }
        return new ByteArrayInputStream(texts.get(key).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Pod> istiods() {
        return List.copyOf(istiods.values());
    }

    @Override
    public List<Pod> proxies() {
        return List.copyOf(proxies.values());
    }

    @Override
    public List<Pod> cniAgents() {
        return List.copyOf(agents.values());
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        return Optional.ofNullable(proxies.get(namespace + "/" + name));
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public void onDeleted(Consumer<Pod> listener) {}
}
