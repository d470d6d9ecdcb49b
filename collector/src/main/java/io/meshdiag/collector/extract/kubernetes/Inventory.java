package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.kubernetes.Changes.Common;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reduced objects of one cluster, for the facts that join several of them, and which of these facts changed. An object seen twice (pods stand in two
 * pages of a bug report) is kept once. Memory grows with the number of objects, not with their size. Not thread-safe.
 */
public final class Inventory {
    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Pods pods = new Pods();
    private final ControlPlaneObjects controlPlane = new ControlPlaneObjects();
    private final PodSelectors selectors = new PodSelectors();
    private final Set<String> cniDaemonSets = new TreeSet<>();
    private final Set<String> secretNamespaces = new TreeSet<>();
    private final Changes changes = new Changes(this);
    private final Services services = new Services(changes);
    private String serverVersion;

    /** Takes an object when it is of a kind that facts join; ignores all others. */
    public void accept(KubernetesObject object) {
        String key = object.namespace() + "/" + object.name();
        Common before = common();
        switch (object.kind()) {
            case "Namespace" -> {
                Namespace namespace = Namespace.of(object);
                if (!namespace.equals(namespaces.put(namespace.name(), namespace))) {
                    changes.namespace(namespace.name());
                }
            }
            case "Node" -> {
                Node node = Node.of(object);
                if (!node.equals(nodes.put(node.name(), node))) {
                    changes.node(node.name());
                }
            }
            case "Pod" -> {
                Pod pod = Pod.of(object);
                Pod old = pods.put(pod);
                if (!pod.equals(old)) {
                    changes.pod(old);
                    changes.pod(pod);
                }
            }
            case "Service" -> {
                if (object.group().isEmpty()) {
                    services.put(Service.of(object));
                }
            }
            case "EndpointSlice" -> services.slice(key, Slice.of(object));
            case "Endpoints" -> services.slice("Endpoints/" + key, Slice.ofLegacy(object));
            case "ServiceEntry" -> selectors.put(key, PodSelector.of(object), changes);
            case "Deployment" -> changedCluster(controlPlane.deployment(key, object));
            case "DaemonSet" -> {
                if (object.name().equals("istio-cni-node")) {
                    cniDaemonSets.add(key);
                }
            }
            case "ConfigMap" -> changedCluster(controlPlane.configMap(key, object));
            case "Secret" -> secret(object.namespace(), object.name());
            default -> {}
        }
        changes.common(before, common());
    }

    /**
     * Forgets an object.
     *
     * @param kind as the object said of itself, for example "EndpointSlice"
     * @param namespace empty for cluster-scoped objects
     */
    public void remove(String kind, String namespace, String name) {
        String key = namespace + "/" + name;
        Common before = common();
        switch (kind) {
            case "Namespace" -> {
                namespaces.remove(name);
                changes.namespace(name);
            }
            case "Node" -> {
                nodes.remove(name);
                changes.node(name);
            }
            case "Pod" -> changes.pod(pods.remove(key));
            case "Service" -> services.remove(key);
            case "EndpointSlice" -> services.slice(key, null);
            case "Endpoints" -> services.slice("Endpoints/" + key, null);
            case "ServiceEntry" -> selectors.put(key, null, changes);
            case "DaemonSet" -> cniDaemonSets.remove(key);
            default -> changedCluster(controlPlane.remove(kind, key));
        }
        changes.common(before, common());
    }

    /** Subjects whose facts may have changed since this was asked before. */
    public Set<Subject> takeChanges() {
        return changes.take();
    }

    private Common common() {
        return new Common(network(), !pods.all().isEmpty(), cniInstalled());
    }

    private void changedCluster(boolean changed) {
        if (changed) {
            changes.cluster();
        }
    }

    /** Whether Secrets were listed, but none beside istiod, where its CA and the remote secrets are. */
    boolean lacksIstiodsSecrets() {
        return !secretNamespaces.contains("") && istioNamespaces().stream().noneMatch(secretNamespaces::contains);
    }

    /** Notes that a Secret exists; only names that tell istiod's CA are kept. */
    public void secret(String namespace, String name) {
        // A table of one namespace does not name it: what only istiod has tells whose it is.
        if (!namespace.isEmpty() || ControlPlaneObjects.isCa(name) || name.startsWith(RemoteSecrets.NAME_PREFIX)) {
            secretNamespaces.add(namespace);
        }
        changedCluster(controlPlane.secret(namespace + "/" + name, name));
    }

    /** Takes the mesh config that istiod runs with; it wins over the written one of the ConfigMap. */
    public void effectiveMeshConfig(MeshConfig config) {
        Common before = common();
        changedCluster(controlPlane.effective(config));
        changes.common(before, common());
    }

    /** Takes the API server's version, as from {@code kubectl version}. */
    public void serverVersion(String version) {
        changedCluster(!version.equals(serverVersion));
        serverVersion = version;
    }

    /** SHA-256 of the CA of the cluster's API server; null when it was not seen. */
    String apiServerCa() {
        return controlPlane.apiServerCa();
    }

    /** The mesh config: the effective one, else that of a ConfigMap named istio, else any; null when none was seen. */
    public MeshConfig meshConfig() {
        return controlPlane.meshConfig();
    }

    /** The API server's version, else the newest kubelet's; null when neither was seen. */
    String kubernetesVersion() {
        return serverVersion != null
                ? serverVersion
                : nodes.values().stream()
                        .map(Node::kubeletVersion)
                        .filter(Objects::nonNull)
                        .max(String::compareTo)
                        .orElse(null);
    }

    /** Namespaces with a control plane, else mesh config's root namespace, else istio-system. */
    Set<String> istioNamespaces() {
        Set<String> found = new TreeSet<>();
        istiods().forEach(p -> found.add(p.namespace()));
        deployments().forEach(d -> found.add(d.namespace()));
        MeshConfig meshConfig = meshConfig();
        if (found.isEmpty()) {
            found.add(
                    meshConfig != null && meshConfig.rootNamespace() != null
                            ? meshConfig.rootNamespace()
                            : "istio-system");
        }
        return found;
    }

    /** Network of the cluster: label of the istiod namespace; null when not set. */
    String network() {
        return istioNamespaces().stream()
                .map(namespaces::get)
                .filter(Objects::nonNull)
                .map(Namespace::network)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Name of the Secret with istiod's CA; null when no such name was seen. cacerts wins: istiod uses it when it is there. */
    String caSecret() {
        return controlPlane.caSecret(istioNamespaces());
    }

    /** Pods of the control plane. */
    public Stream<Pod> istiods() {
        return pods.istiods().stream();
    }

    /** Pods of the DaemonSet istio-cni-node. */
    public Stream<Pod> agents() {
        return pods.agents().stream();
    }

    /** The namespace of that name; null when it was not seen. */
    public Namespace namespace(String name) {
        return namespaces.get(name);
    }

    Collection<Namespace> namespaces() {
        return namespaces.values();
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    /** Null when it was not seen. */
    Node node(String name) {
        return nodes.get(name);
    }

    /** The agent of istio-cni-node on a node; null when none runs there. */
    Pod agentOn(String node) {
        return pods.agentOn(node);
    }

    /** All pods, in the order of their namespaces and names. */
    public Collection<Pod> pods() {
        return pods.all();
    }

    /** Pods of one namespace. */
    Collection<Pod> podsIn(String namespace) {
        return pods.in(namespace);
    }

    /** A pod by namespace/name; null when it was not seen. */
    public Pod pod(String key) {
        return pods.get(key);
    }

    Collection<Service> services() {
        return services.all();
    }

    /** A Service by namespace/name; null when it was not seen. */
    Service service(String key) {
        return services.get(key);
    }

    /** Services that istiod takes for a network's gateway. */
    Stream<Service> gateways() {
        return services.gateways();
    }

    /** ServiceEntries that select their workloads. */
    Collection<PodSelector> selectors() {
        return selectors.all();
    }

    /** Endpoints of a Service; null when it has none at all. */
    Endpoints endpoints(String service) {
        return services.endpoints(service);
    }

    /** Services whose endpoints name a pod, both as namespace/name. */
    Set<String> servicesOf(String pod) {
        return services.servicesOf(pod);
    }

    Collection<ControlPlaneDeployment> deployments() {
        return controlPlane.deployments();
    }

    boolean cniInstalled() {
        return !cniDaemonSets.isEmpty() || !pods.agents().isEmpty();
    }
}
