package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.CustomResource;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lives in namespaces: the files k8s-resources, pods (of istio-system) and crs. */
public final class NamespacedObjects {
    private final Fleet fleet;
    private final Cluster cluster;
    private final Meta meta;
    private final Pods pods;
    private final Workloads workloads;
    private final Services services;
    private final ConfigMaps configMaps;

    public NamespacedObjects(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
        this.pods = new Pods(fleet, cluster);
        this.workloads = new Workloads(fleet, cluster);
        this.services = new Services(fleet, cluster);
        this.configMaps = new ConfigMaps(fleet, cluster);
    }

    public KubeList all() {
        return new KubeList("cluster/k8s-resources", () -> Stream.of(
                        cluster.pods().map(pods::pod),
                        services.services(),
                        workloads.all(),
                        services.endpointSlices(),
                        configMaps.all())
                .flatMap(stream -> stream));
    }

    public KubeList istioPods() {
        return new KubeList(
                "cluster/pods",
                () -> cluster.pods().filter(NamespacedObjects::istio).map(pods::pod));
    }

    public KubeList customResources() {
        return new KubeList("cluster/crs", () -> cluster.allCustomResources(fleet.settings()).stream()
                .map(this::custom));
    }

    private static boolean istio(Pod pod) {
        return pod.namespace().equals("istio-system");
    }

    private Map<String, Object> custom(CustomResource resource) {
        Map<String, Object> metadata = meta.of(
                resource.kind(), resource.namespace(), resource.name(), resource.labels(), resource.createdAt());
        metadata.put("generation", 1);
        if (!resource.annotations().isEmpty()) {
            metadata.put("annotations", new TreeMap<>(resource.annotations()));
        }
        return Meta.object(
                resource.apiVersion(),
                resource.kind(),
                metadata,
                "spec",
                resource.spec(),
                "status",
                resource.status().isEmpty() ? null : resource.status());
    }
}
