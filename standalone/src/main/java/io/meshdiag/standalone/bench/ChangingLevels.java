package io.meshdiag.standalone.bench;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Facts;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;

/**
 * What istiods of a large cluster show and how it changes, as numbers alone: every subject's level follows from the number of the change that made it, so
 * that two processes agree on the truth without telling each other.
 *
 * @param proxies one ProxyStatus each
 * @param services two EndpointShards each, one of either replica
 */
record ChangingLevels(int proxies, int services) {
    /** Every so many changes a subject goes away, and comes back with its next one. Prime, so that it is not always the same. */
    private static final int GOES_AWAY = 19;

    private static final List<String> TYPES = List.of("CDS", "EDS", "LDS", "NDS", "RDS");
    private static final List<String> CLUSTERS = List.of("cluster-1", "cluster-2", "cluster-3");

    /** Number of subjects. */
    int size() {
        return proxies + 2 * services;
    }

    /** The subject that a change is about; changes are counted from 1. */
    int subjectOf(long change) {
        return (int) (change % size());
    }

    /** Whether the subject of this change is gone with it. */
    static boolean goesAway(long change) {
        return change % GOES_AWAY == 0 && change > 0;
    }

    /** By subject the last change that was about it; 0 = it is as it was in the beginning. */
    long[] after(long changes) {
        long[] last = new long[size()];
        LongStream.rangeClosed(1, changes).forEach(change -> last[subjectOf(change)] = change);
        return last;
    }

    /** The key of a subject. */
    String key(int subject) {
        return Facts.key(level(subject, 0, Instant.EPOCH)).toString();
    }

    /** What a change made of its subject. */
    SpecificRecord level(int subject, long change, Instant at) {
        FactHeader header = FactHeader.newBuilder()
                .setMeshId("benchmark")
                .setClusterId("cluster-1")
                .setClusterUid("0a1b2c3d-0000-4000-8000-000000000001")
                .setObserver("bench")
                .setObservedAt(at)
                .setSource("bench")
                .setContentHash("")
                .build();
        return subject < proxies
                ? proxy(header, subject, change)
                : shards(header, (subject - proxies) / 2, (subject - proxies) % 2, change);
    }

    private static ProxyStatus proxy(FactHeader header, int proxy, long change) {
        String nonce = "2026-11-20T09:30:00Z/" + change + "5d9c2c1e-8f1b-4c57-9a55-" + proxy;
        List<XdsStatus> types = TYPES.stream()
                .map(type -> XdsStatus.newBuilder()
                        .setType(type)
                        .setNonceSent(nonce)
                        .setNonceAcked(nonce)
                        .setState(XdsSyncState.SYNCED)
                        .build())
                .toList();
        return Digests.stamp(ProxyStatus.newBuilder()
                .setHeader(header)
                .setNamespace("shop")
                .setName("web-" + proxy)
                .setIstiod("istiod-" + proxy % 2)
                .setProxyClusterId("cluster-1")
                .setProxyType("sidecar")
                .setIstioVersion("1.28.1")
                .setXds(types)
                .build());
    }

    private static EndpointShards shards(FactHeader header, int service, int replica, long change) {
        List<EndpointShard> shards = CLUSTERS.stream()
                .map(cluster -> new EndpointShard("Kubernetes", cluster, 3, 3, 0, List.of("network-1"), 3, change))
                .toList();
        return Digests.stamp(EndpointShards.newBuilder()
                .setHeader(header)
                .setNamespace("shop")
                .setService("service-" + service)
                .setHostname("service-" + service + ".shop.svc.cluster.local")
                .setIstiod("istiod-" + replica)
                .setShards(shards)
                .build());
    }
}
