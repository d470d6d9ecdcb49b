package io.meshdiag.processor;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.Look;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.Undelivered;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** Facts of one cluster, as a collector would publish them at one time. */
final class TestCluster {
    static final String MESH = "mesh1";

    private final String id;
    private final Instant at;
    private final List<SpecificRecord> facts = new ArrayList<>();

    private TestCluster(String id, Instant at) {
        this.id = id;
        this.at = at;
        facts.add(Digests.stamp(ClusterProfile.newBuilder()
                .setHeader(header("kubernetes:Node"))
                .setControlPlanes(List.of(new ControlPlane("default", "1.27.1", "istio-system", 1, 1)))
                .setTrustDomain("cluster.local")
                .setClusterIdSource("test")
                .build()));
    }

    static TestCluster cluster(String id, Instant at) {
        return new TestCluster(id, at);
    }

    TestCluster trusts(String... roots) {
        facts.add(Digests.stamp(TrustBundle.newBuilder()
                .setHeader(header("kubernetes:ConfigMap"))
                .setHolder(TrustHolder.NAMESPACE)
                .setNamespace("shop")
                .setName("istio-ca-root-cert")
                .setTrustedRoots(
                        Arrays.stream(roots).sorted().map(TestCluster::root).toList())
                .setTrustedRootsCount(roots.length)
                .build()));
        return this;
    }

    /** What the cluster's istiod is registered with, itself included. */
    TestCluster linkedTo(String... others) {
        List<RegisteredCluster> clusters = new ArrayList<>();
        clusters.add(new RegisteredCluster(id, null, RemoteSyncState.SYNCED));
        for (String other : others) {
            clusters.add(
                    new RegisteredCluster(other, "istio-system/istio-remote-secret-" + other, RemoteSyncState.SYNCED));
        }
        facts.add(Digests.stamp(RemoteClusterStatus.newBuilder()
                .setHeader(header("istiod:/debug/clusterz"))
                .setNamespace("istio-system")
                .setIstiod("istiod-" + id)
                .setClusters(clusters)
                .build()));
        return this;
    }

    TestCluster service(String name, int ready) {
        facts.add(Digests.stamp(ServiceEndpoints.newBuilder()
                .setHeader(header("kubernetes:Service"))
                .setNamespace("shop")
                .setName(name)
                .setType("ClusterIP")
                .setPorts(List.of())
                .setSpecHash("spec")
                .setReady(ready)
                .build()));
        return this;
    }

    /** istiod knows endpoints of the service in these clusters. */
    TestCluster knows(String service, String... clusters) {
        facts.add(Digests.stamp(EndpointShards.newBuilder()
                .setHeader(header("istiod:/debug/endpointShardz"))
                .setNamespace("shop")
                .setService(service)
                .setHostname(service + ".shop.svc.cluster.local")
                .setIstiod("istiod-" + id)
                .setShards(Arrays.stream(clusters)
                        .sorted()
                        .map(cluster -> new EndpointShard("Kubernetes", cluster, 2, 2, 0, List.of(""), 2, 2L))
                        .toList())
                .build()));
        return this;
    }

    /** An istiod of a process that started at that time, with a heap that nobody else reads. */
    TestCluster istiod(Instant startedAt, long goroutines, long secretEvents) {
        IstiodInstance instance = Digests.stamp(IstiodInstance.newBuilder()
                .setHeader(header("istiod:/metrics"))
                .setNamespace("istio-system")
                .setName("istiod-" + id)
                .setVersion("1.29.2")
                .setConnectedProxies(10L)
                .setStartedAt(startedAt)
                .setSecretEvents(secretEvents)
                .build());
        instance.setGoroutines(goroutines);
        instance.setHeapBytes(goroutines << 17);
        facts.add(instance);
        return this;
    }

    /** Everything but the heartbeat. */
    List<SpecificRecord> facts() {
        return List.copyOf(facts);
    }

    /** The heartbeat that ends this cluster's part of a look at so many clusters. */
    Heartbeat archived(String look, int clusters) {
        return heartbeat(CollectorMode.ARCHIVE, 0, new Look(look, clusters));
    }

    /** A live collector's heartbeat, every 30 seconds. */
    Heartbeat live() {
        return heartbeat(CollectorMode.CLUSTER, 30, null);
    }

    /** A live collector's heartbeat that cannot hand over facts of a kind for so long. */
    Heartbeat live(FactKind late, long seconds) {
        Heartbeat heartbeat = live();
        heartbeat.setUndelivered(List.of(new Undelivered(late.segment(), 3L, seconds)));
        return Digests.stamp(heartbeat);
    }

    private Heartbeat heartbeat(CollectorMode mode, int interval, Look look) {
        TreeMap<String, Long> counts = new TreeMap<>();
        facts.forEach(fact -> counts.merge(FactKind.of(fact).segment(), 1L, Long::sum));
        return Digests.stamp(Heartbeat.newBuilder()
                .setHeader(header("collector"))
                .setCollector("collector")
                .setVersion("test")
                .setMode(mode)
                .setIntervalSeconds(interval)
                .setSources(List.of())
                .setSubjects(counts.entrySet().stream()
                        .map(e -> new NamedCount(e.getKey(), e.getValue()))
                        .toList())
                .setLook(look)
                .build());
    }

    static CertificateInfo root(String name) {
        return CertificateInfo.newBuilder()
                .setSha256(Digests.sha256Hex(name.getBytes(StandardCharsets.UTF_8)))
                .setSubject("CN=" + name)
                .setIssuer("CN=" + name)
                .setSerial("1")
                .setCa(true)
                .setSelfSigned(true)
                .build();
    }

    private FactHeader header(String source) {
        return FactHeader.newBuilder()
                .setMeshId(MESH)
                .setClusterId(id)
                .setClusterUid(uid(id))
                .setObserver("collector")
                .setObservedAt(at)
                .setSource(source)
                .setContentHash("")
                .build();
    }

    static String uid(String id) {
        return "00000000-uid-of-" + id;
    }
}
