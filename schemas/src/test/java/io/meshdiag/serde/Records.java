package io.meshdiag.serde;

import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Workload;
import java.time.Instant;

/** Facts to write and read. */
public final class Records {
    private Records() {}

    public static FactHeader header() {
        return FactHeader.newBuilder()
                .setMeshId("mesh1")
                .setClusterId("east")
                .setClusterUid("0f8fad5b-d9cb-469f-a165-70867728950e")
                .setObserver("collector")
                .setObservedAt(Instant.parse("2026-11-21T04:00:00Z"))
                .setSource("kubernetes:DaemonSet")
                .setContentHash("")
                .build();
    }

    public static CniNode cniNode(String node) {
        return CniNode.newBuilder()
                .setHeader(header())
                .setNode(node)
                .setReady(true)
                .setNodeCreatedAt(Instant.parse("2026-01-02T03:04:05Z"))
                .build();
    }

    public static Workload workload(String name) {
        return Workload.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(name)
                .setPhase("Running")
                .build();
    }
}
