package io.meshdiag.collector.cluster.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.management.OperatingSystemMXBean;
import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.watch.WatchedKind;
import io.meshdiag.collector.extract.kubernetes.CniMetrics;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Measures live objects in a cluster of 2,000 Services, 5,000 pods of which 2,000 have a proxy, and 200 nodes: heap, and CPU per changed pod. Run it
 * with {@code -Xmx512m}. Not a test: numbers differ between machines.
 */
public final class LiveObjectsMain {
    private static final int SERVICES = 2000;
    private static final int PODS = 5000;
    private static final int PROXIES = 2000;
    private static final int NODES = 200;
    private static final int NAMESPACES = 50;
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Map<String, WatchedKind> kinds = new LinkedHashMap<>();
    private final Counter counter = new Counter();
    private final Book book = new Book(counter, Duration.ofMinutes(10));
    private Instant now = Instant.parse("2026-08-22T15:00:00Z");
    private LiveObjects objects;

    private LiveObjectsMain() {
        for (String plural : new String[] {
            "namespaces",
            "nodes",
            "pods",
            "services",
            "endpointslices",
            "deployments",
            "daemonsets",
            "configmaps",
            "events"
        }) {
            kinds.put(plural, new WatchedKind("", plural, "kubernetes", null, null, null));
        }
    }

    public static void main(String[] args) throws Exception {
        new LiveObjectsMain().run();
    }

    private void run() throws Exception {
        long before = heap();
        objects = new LiveObjects(
                new ClusterOrigin("mesh1", "east", "0123456789ab", "test", () -> now),
                book,
                kinds.values(),
                kind -> SourceState.OK,
                new SourceBoard(),
                CniMetrics.NONE,
                ObjectsSettings.DEFAULT);
        long started = System.nanoTime();
        fill();
        kinds.values().forEach(objects::listed);
        objects.settle();
        print("first look, with making the objects", (System.nanoTime() - started) / 1e9, "s");
        print("facts told", (double) counter.facts, "");
        print("heap of live objects and book", (heap() - before) / 1e6, "MB");
        for (int round = 0; round < 5; round++) {
            rollOut(round);
        }
        long cpu = cpu();
        for (int part = 0; part < 10; part++) {
            objects.refresh();
        }
        print("CPU of a whole refresh (10 min)", (cpu() - cpu) / 1e6, "ms");
        cpu = cpu();
        for (int i = 0; i < 10_000; i++) {
            objects.settle();
        }
        print("CPU of a settle with nothing to do", (cpu() - cpu) / 1e3 / 10_000, "us");
    }

    /** 500 pods turn unready: told by the watch one by one, settled every ten pods. */
    private void rollOut(int round) throws Exception {
        KubernetesObject[] pods = new KubernetesObject[500];
        for (int i = 0; i < pods.length; i++) {
            pods[i] = pod(i, round % 2 == 1);
        }
        long before = counter.facts;
        long cpu = cpu();
        for (int i = 0; i < pods.length; i++) {
            objects.changed(kinds.get("pods"), pods[i]);
            if (i % 10 == 9) {
                objects.settle();
            }
        }
        print("CPU per changed pod, round " + round, (cpu() - cpu) / 1e3 / pods.length, "us");
        print("  facts told", (double) (counter.facts - before), "");
    }

    private void fill() throws Exception {
        for (int i = 0; i < NAMESPACES; i++) {
            String name = namespace(i);
            see("namespaces", Objects.namespace(name, "istio-injection: enabled"));
            see("configmaps", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: istio-ca-root-cert, namespace: %s}
                    data: {root-cert.pem: ''}
                    """.formatted(name));
        }
        for (int i = 0; i < NODES; i++) {
            see("nodes", Objects.node("node-" + i));
        }
        for (int i = 0; i < PODS; i++) {
            objects.changed(kinds.get("pods"), pod(i, true));
        }
        for (int i = 0; i < SERVICES; i++) {
            String service = "service-with-a-usual-name-" + i;
            see("services", Objects.service(namespace(i), service));
            see(
                    "endpointslices",
                    Objects.slice(namespace(i), service + "-abcde", service, podName(i), podName(i + SERVICES)));
        }
        see("pods", Objects.istiod("istiod-1"));
        see("pods", Objects.istiod("istiod-2"));
    }

    private static String namespace(int i) {
        return "namespace-" + i % NAMESPACES;
    }

    private static String podName(int i) {
        return "workload-with-a-usual-name-" + i + "-6c9d8f7b5-abcde";
    }

    private static KubernetesObject pod(int i, boolean ready) throws Exception {
        ObjectNode pod = (ObjectNode) YAML.readTree(Objects.pod(namespace(i), podName(i), "app: workload", ready));
        ((ObjectNode) pod.path("spec")).put("nodeName", "node-" + i % NODES);
        ((ObjectNode) pod.path("metadata")).put("creationTimestamp", "2026-08-22T14:00:00Z");
        if (i >= PROXIES) {
            ((com.fasterxml.jackson.databind.node.ArrayNode) pod.path("spec").path("containers")).remove(1);
        }
        return new KubernetesObject(pod);
    }

    private void see(String plural, String yaml) throws Exception {
        JsonNode json = YAML.readTree(yaml);
        objects.changed(kinds.get(plural), new KubernetesObject(json));
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void print(String what, double value, String unit) {
        System.out.printf("%-50s %10.2f %s%n", what, value, unit);
    }

    private static final class Counter implements FactPublisher {
        private long facts;

        @Override
        public Outcome publish(SpecificRecord fact) {
            facts++;
            return Outcome.SENT;
        }

        @Override
        public void tombstone(FactKey key) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
