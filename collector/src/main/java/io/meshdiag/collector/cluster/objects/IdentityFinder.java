package io.meshdiag.collector.cluster.objects;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.watch.AccessNeed;
import io.meshdiag.collector.extract.ClusterNames;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.kubernetes.WrittenMeshConfig;
import io.meshdiag.fact.SourceState;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out which cluster this is, with a few small requests, before anything is collected: every key begins with it. The order in which sources are
 * believed is that of archives.
 */
public final class IdentityFinder {
    private static final String RUNNING = "Running";

    private final ApiObjects api;
    private final IdentitySettings settings;
    private final InstantSource clock;

    public IdentityFinder(KubernetesClient client, IdentitySettings settings, InstantSource clock) {
        this.api = new ApiObjects(client);
        this.settings = settings;
        this.clock = clock;
    }

    /** What {@link #find} needs to be granted. */
    public static List<AccessNeed> needs(IdentitySettings settings) {
        List<AccessNeed> needs = new ArrayList<>();
        needs.add(new AccessNeed("", "namespaces", List.of("get"), null, List.of("kube-system")));
        for (String namespace : settings.istioNamespaces()) {
            if (settings.clusterId() == null || settings.meshId() == null) {
                needs.add(new AccessNeed("", "pods", List.of("list"), namespace, List.of()));
            }
            if (settings.meshId() == null) {
                // Their names end in the revision, which nobody knows before.
                needs.add(new AccessNeed("", "configmaps", List.of("get"), namespace, List.of()));
            }
        }
        return List.copyOf(needs);
    }

    /**
     * Asks the API server.
     *
     * @throws UnknownIdentityException when a part of the identity is not known; to be asked again later
     */
    public ClusterOrigin find() throws UnknownIdentityException {
        String uid = api.get("/api/v1/namespaces/kube-system", "get the namespace kube-system")
                .map(KubernetesObject::uid)
                .filter(found -> !found.isEmpty())
                .orElseThrow(() -> new UnknownIdentityException(
                        SourceState.MISSING,
                        "there is no namespace kube-system, whose UID identifies a cluster: check that this is a"
                                + " Kubernetes API server"));
        List<Pod> istiods = settings.clusterId() == null || settings.meshId() == null ? istiods() : List.of();
        if (istiods.isEmpty() && settings.clusterId() == null) {
            throw new UnknownIdentityException(
                    SourceState.MISSING,
                    "no pod with label app=istiod in " + String.join(", ", settings.istioNamespaces())
                            + ", so that this cluster's id is not known: install Istio, name its namespace, or set the"
                            + " cluster id in the collector's configuration");
        }
        MeshConfig config = settings.meshId() == null ? meshConfig(istiods) : null;
        ClusterNames names = new ClusterNames()
                .clusterId(settings.clusterId(), "option --cluster")
                .clusterId(first(istiods), "istiod env CLUSTER_ID")
                .meshId(settings.meshId())
                .meshId(config == null ? null : config.meshId())
                .meshId(config == null ? null : config.trustDomain());
        return new ClusterOrigin(names.meshId(), names.clusterId(), uid, names.clusterIdSource(), clock);
    }

    /**
     * Asks again: the identity that the cluster has now if it is another one, for example after istiod was installed anew with another CLUSTER_ID.
     * Facts under the older one have to be taken back and everything collected anew.
     *
     * @throws UnknownIdentityException when it cannot be asked at present; the known identity stays
     */
    public Optional<ClusterOrigin> changed(ClusterOrigin known) throws UnknownIdentityException {
        ClusterOrigin now = find();
        boolean same = now.meshId().equals(known.meshId())
                && now.clusterId().equals(known.clusterId())
                && now.clusterUid().equals(known.clusterUid());
        return same ? Optional.empty() : Optional.of(now);
    }

    /** Running ones first: while istiod is replaced, the pods that go may have other names. */
    private List<Pod> istiods() throws UnknownIdentityException {
        List<Pod> running = new ArrayList<>();
        List<Pod> others = new ArrayList<>();
        for (String namespace : settings.istioNamespaces()) {
            for (KubernetesObject object : api.list(
                    "/api/v1/namespaces/" + namespace + "/pods?labelSelector=app%3Distiod&limit=50",
                    "list pods in the namespace " + namespace)) {
                Pod pod = Pod.of(object);
                (pod.phase().equals(RUNNING) ? running : others).add(pod);
            }
        }
        running.addAll(others);
        return running;
    }

    private static String first(List<Pod> istiods) {
        return istiods.stream()
                .map(Pod::clusterId)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Of the first control plane that has one. Null where there is none: istiod then runs with Istio's defaults. */
    private MeshConfig meshConfig(List<Pod> istiods) throws UnknownIdentityException {
        for (String path : configMaps(istiods)) {
            Optional<MeshConfig> config = api.get(path, "get the ConfigMap istio of istiod's namespace")
                    .map(WrittenMeshConfig::of);
            if (config.isPresent()) {
                return config.get();
            }
        }
        return null;
    }

    /** Each revision but the default one has a ConfigMap of its own (manifests/charts/istio-control/istio-discovery). */
    private Set<String> configMaps(List<Pod> istiods) {
        Set<String> paths = new LinkedHashSet<>();
        for (Pod istiod : istiods) {
            String revision = istiod.podRevision();
            String suffix = revision == null || revision.equals("default") ? "" : "-" + revision;
            paths.add(configMap(istiod.namespace(), suffix));
        }
        settings.istioNamespaces().forEach(namespace -> paths.add(configMap(namespace, "")));
        return paths;
    }

    private static String configMap(String namespace, String suffix) {
        return "/api/v1/namespaces/" + namespace + "/configmaps/istio" + suffix;
    }
}
