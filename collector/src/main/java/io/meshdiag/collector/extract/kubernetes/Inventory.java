package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reduced objects of one cluster, for the facts that join several of them. An object seen twice (pods stand in two pages of a bug report) is kept
 * once. Memory grows with the number of objects, not with their size.
 */
public final class Inventory {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Set<String> CA_SECRETS = Set.of("cacerts", "istio-ca-secret");

    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, Pod> pods = new TreeMap<>();
    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, Endpoints> endpoints = new TreeMap<>();
    private final Map<String, ControlPlaneDeployment> deployments = new TreeMap<>();
    private final Set<String> secretNamespaces = new TreeSet<>();
    private final Set<String> caSecrets = new TreeSet<>();
    private MeshConfig meshConfig;
    private boolean effective;
    private String serverVersion;
    private boolean cniDaemonSet;

    /** Takes an object when it is of a kind that facts join; ignores all others. */
    public void accept(KubernetesObject object) {
        String key = object.namespace() + "/" + object.name();
        switch (object.kind()) {
            case "Namespace" -> namespaces.put(object.name(), Namespace.of(object));
            case "Node" -> nodes.put(object.name(), Node.of(object));
            case "Pod" -> pods.put(key, Pod.of(object));
            case "Service" -> {
                if (object.group().isEmpty()) {
                    services.put(key, Service.of(object));
                }
            }
            case "EndpointSlice" -> {
                String service = Endpoints.serviceOf(object);
                if (service != null) {
                    endpointsOf(object.namespace(), service).addSlice(object);
                }
            }
            case "Endpoints" -> endpointsOf(object.namespace(), object.name()).addLegacy(object);
            case "Deployment" -> {
                if (ControlPlaneDeployment.matches(object)) {
                    deployments.put(key, ControlPlaneDeployment.of(object));
                }
            }
            case "DaemonSet" -> cniDaemonSet |= object.name().equals("istio-cni-node");
            case "ConfigMap" -> {
                if (object.name().equals("istio") || object.name().startsWith("istio-")) {
                    configMap(object);
                }
            }
            case "Secret" -> secret(object.namespace(), object.name());
            default -> {}
        }
    }

    private Endpoints endpointsOf(String namespace, String service) {
        return endpoints.computeIfAbsent(namespace + "/" + service, k -> new Endpoints());
    }

    /** Whether Secrets were listed, but none beside istiod, where its CA and the remote secrets are. */
    boolean lacksIstiodsSecrets() {
        return !secretNamespaces.contains("") && istioNamespaces().stream().noneMatch(secretNamespaces::contains);
    }

    /** Notes that a Secret exists; only names that tell istiod's CA are kept. */
    public void secret(String namespace, String name) {
        // A table of one namespace does not name it: what only istiod has tells whose it is.
        if (!namespace.isEmpty() || CA_SECRETS.contains(name) || name.startsWith(RemoteSecrets.NAME_PREFIX)) {
            secretNamespaces.add(namespace);
        }
        if (CA_SECRETS.contains(name)) {
            caSecrets.add(namespace + "/" + name);
        }
    }

    private void configMap(KubernetesObject map) {
        JsonNode mesh = map.json().path("data").path("mesh");
        if (!mesh.isTextual()) {
            return;
        }
        try {
            JsonNode config = YAML.readTree(mesh.asText());
            if (config != null && config.isObject()) {
                if (!effective) {
                    meshConfig = MeshConfig.of(config);
                }
            }
        } catch (JsonProcessingException e) {
            // istiod cannot read it either and runs with what it had; /debug/mesh tells that.
            return;
        }
    }

    /** Takes the mesh config that istiod runs with; it wins over the written one of the ConfigMap. */
    public void effectiveMeshConfig(MeshConfig config) {
        meshConfig = config;
        effective = true;
    }

    /** Takes the API server's version, as from {@code kubectl version}. */
    public void serverVersion(String version) {
        serverVersion = version;
    }

    /** The mesh config; null when none was seen. */
    public MeshConfig meshConfig() {
        return meshConfig;
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
        deployments.values().forEach(d -> found.add(d.namespace()));
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
        for (String name : List.of("cacerts", "istio-ca-secret")) {
            if (istioNamespaces().stream().anyMatch(ns -> caSecrets.contains(ns + "/" + name))) {
                return name;
            }
        }
        return null;
    }

    /** Pods of the control plane. */
    public Stream<Pod> istiods() {
        return pods.values().stream().filter(p -> "istiod".equals(p.app()));
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

    Collection<Pod> pods() {
        return pods.values();
    }

    /** A pod by namespace/name; null when it was not seen. */
    Pod pod(String key) {
        return pods.get(key);
    }

    Collection<Service> services() {
        return services.values();
    }

    /** Endpoints of a Service; null when it has none at all. */
    Endpoints endpoints(String service) {
        return endpoints.get(service);
    }

    Collection<ControlPlaneDeployment> deployments() {
        return deployments.values();
    }

    boolean cniInstalled() {
        return cniDaemonSet || pods.values().stream().anyMatch(Pod::agent);
    }
}
