package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.schema.Digests;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** ClusterProfile: namespaces, nodes, istiod's Deployments and pods, mesh config, name of the CA's Secret. */
final class ClusterProfiles implements Assembler {
    private static final int MAX_CIDRS = 200;

    private final String clusterIdSource;

    ClusterProfiles(String clusterIdSource) {
        this.clusterIdSource = clusterIdSource;
    }

    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return Stream.of(Subject.CLUSTER);
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        MeshConfig mesh = cluster.meshConfig();
        Collection<Node> nodes = cluster.nodes();
        return Optional.of(Digests.stamp(ClusterProfile.newBuilder()
                .setHeader(
                        origin.seenBy(origin.observer(), "kubernetes:cluster").header())
                .setControlPlanes(controlPlanes(cluster))
                .setKubernetesVersion(cluster.kubernetesVersion())
                .setNetwork(cluster.network())
                .setTrustDomain(mesh == null ? null : trustDomain(mesh))
                .setTrustDomainAliases(mesh == null ? List.of() : mesh.trustDomainAliases())
                .setRootNamespace(mesh == null ? null : mesh.rootNamespace())
                .setMeshConfigHash(mesh == null ? null : mesh.hash())
                .setClusterLocalHosts(mesh == null ? List.of() : mesh.clusterLocalHosts())
                .setDiscoverySelectors(mesh != null && mesh.discoverySelectors())
                .setNodes(nodes.size())
                .setRegions(sorted(nodes.stream().map(Node::region)))
                .setZones(sorted(nodes.stream().map(Node::zone)))
                .setPodCidrs(sorted(nodes.stream().flatMap(n -> n.podCidrs().stream())))
                .setCaSecret(cluster.caSecret())
                .setApiServerCaSha256(cluster.apiServerCa())
                .setClusterIdSource(clusterIdSource)
                .build()));
    }

    /** A ConfigMap may leave the trust domain out; it is then Istio's default. */
    private static String trustDomain(MeshConfig mesh) {
        return mesh.trustDomain() == null ? "cluster.local" : mesh.trustDomain();
    }

    private static List<String> sorted(Stream<String> values) {
        return values.filter(Objects::nonNull)
                .distinct()
                .sorted()
                .limit(MAX_CIDRS)
                .toList();
    }

    /** By Deployment where Deployments were seen, else counted from the pods. */
    private static List<ControlPlane> controlPlanes(Inventory cluster) {
        Map<String, ControlPlane> byRevision = new TreeMap<>();
        for (ControlPlaneDeployment deployment : cluster.deployments()) {
            byRevision.put(
                    deployment.revision() + "/" + deployment.namespace(),
                    ControlPlane.newBuilder()
                            .setRevision(deployment.revision())
                            .setNamespace(deployment.namespace())
                            .setReplicas(deployment.replicas())
                            .setReadyReplicas(deployment.readyReplicas())
                            .build());
        }
        boolean fromPods = byRevision.isEmpty();
        cluster.istiods().filter(Pod::running).forEach(pod -> {
            String revision = pod.podRevision() == null ? "default" : pod.podRevision();
            ControlPlane plane =
                    byRevision.computeIfAbsent(revision + "/" + pod.namespace(), k -> ControlPlane.newBuilder()
                            .setRevision(revision)
                            .setNamespace(pod.namespace())
                            .setReplicas(0)
                            .setReadyReplicas(0)
                            .build());
            plane.setVersion(pod.version());
            if (fromPods) {
                plane.setReplicas(plane.getReplicas() + 1);
                plane.setReadyReplicas(plane.getReadyReplicas() + (pod.ready() ? 1 : 0));
            }
        });
        return new ArrayList<>(byRevision.values());
    }
}
