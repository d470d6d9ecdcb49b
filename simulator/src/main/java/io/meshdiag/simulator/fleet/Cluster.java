package io.meshdiag.simulator.fleet;

import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.scenario.ClusterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The objects of one cluster: the first layer of truth. Faults change it; what istiod and Envoy see follows from it. */
public final class Cluster {
    private final ClusterSpec spec;
    private final int index;
    private final String uid;
    private final String apiServer;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String> namespaces = new TreeMap<>();
    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, List<Pod>> podsByApp = new TreeMap<>();
    private final List<Vm> vms = new ArrayList<>();
    private final Map<String, VmState> vmStates = new TreeMap<>();
    private final Set<String> removedGroups = new TreeSet<>();
    private final Map<String, RemoteAccess> remoteSecrets = new TreeMap<>();
    private final List<CustomResource> customResources = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<LogLine> istiodLog = new ArrayList<>();
    private final Map<String, List<LogLine>> replicaLogs = new TreeMap<>();
    private final Map<String, List<LogLine>> proxyLogs = new TreeMap<>();
    private final Map<String, Rejection> rejections = new TreeMap<>();
    private final Map<String, String> caBundles = new TreeMap<>();
    private final List<Ztunnel> ztunnels = new ArrayList<>();
    private final Map<String, Instant> unanswered = new TreeMap<>();
    private final Set<String> missingPages = new TreeSet<>();
    private final Distortions distortions = new Distortions();
    private final Connections connections = new Connections(this);
    private final Trust trust;
    private String id;
    private String istioVersion;

    Cluster(ClusterSpec spec, int index, String uid, String apiServer, String istioVersion, Authority authority) {
        this.spec = spec;
        this.id = spec.id();
        this.istioVersion = istioVersion;
        this.index = index;
        this.uid = uid;
        this.apiServer = apiServer;
        this.trust = new Trust(authority);
    }

    /** Its name in the scenario, which no other cluster has. */
    public String name() {
        return spec.id();
    }

    /** Istio's cluster id, as istiod and the proxies were told it: the name, unless a fault says otherwise. */
    public String id() {
        return id;
    }

    public void call(String other) {
        id = other;
    }

    /** Version of its istiods and proxies. */
    public String istioVersion() {
        return istioVersion;
    }

    /** Minor number of the Istio version, which decides the form of the pages: 28 of 1.28.1. */
    public int minor() {
        return Integer.parseInt(istioVersion.split("\\.")[1]);
    }

    public void upgrade(String version) {
        istioVersion = version;
    }

    public ClusterSpec spec() {
        return spec;
    }

    public String network() {
        return spec.network();
    }

    /** Position in the scenario, from 0: addresses are numbered by it. */
    public int index() {
        return index;
    }

    /** UID of the namespace kube-system. */
    public String uid() {
        return uid;
    }

    /** Host and port of the API server, as remote secrets name it. */
    public String apiServer() {
        return apiServer;
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** Name to revision that injects there; empty = no injection. */
    public Map<String, String> namespaces() {
        return namespaces;
    }

    /** By namespace/name. */
    public Map<String, Service> services() {
        return services;
    }

    /** Pods by namespace/app. */
    public Map<String, List<Pod>> podsByApp() {
        return podsByApp;
    }

    public Stream<Pod> pods() {
        return podsByApp.values().stream().flatMap(List::stream);
    }

    public List<Pod> pods(Pod.Role role) {
        return pods().filter(pod -> pod.role() == role).toList();
    }

    /** Pods that a Service selects. */
    public List<Pod> podsOf(Service service) {
        return podsByApp.getOrDefault(service.namespace() + "/" + service.app(), List.of());
    }

    public List<Vm> vms() {
        return vms;
    }

    /** How one of its virtual machines is. */
    public VmState state(Vm vm) {
        return vmStates.computeIfAbsent(vm.id(), id -> new VmState(vm.network()));
    }

    /** WorkloadGroups of its virtual machines that somebody deleted, as namespace/name. */
    public Set<String> removedGroups() {
        return removedGroups;
    }

    /** The Envoy of a virtual machine. */
    public Proxy proxy(Vm vm) {
        return new Proxy(
                vm.namespace(),
                vm.name(),
                "sidecar",
                vm.ip(),
                vm.group(),
                vm.group(),
                spec.revisions().get(0),
                null);
    }

    /** Remote secrets that are here, by the id under which istiod is to register the cluster. */
    public Map<String, RemoteAccess> remoteSecrets() {
        return remoteSecrets;
    }

    /** Without those of virtual machines. */
    public List<CustomResource> customResources() {
        return customResources;
    }

    /** The same with those of its virtual machines, as they are now. */
    public List<CustomResource> allCustomResources(Settings settings) {
        return Stream.concat(customResources.stream(), VmResources.of(this, settings))
                .toList();
    }

    public List<Event> events() {
        return events;
    }

    /** What faults made every istiod replica say. */
    public List<LogLine> istiodLog() {
        return istiodLog;
    }

    /** What faults made one istiod replica say, by its pod. */
    public Map<String, List<LogLine>> replicaLogs() {
        return replicaLogs;
    }

    /** What faults made a proxy say, by proxy id. */
    public Map<String, List<LogLine>> proxyLogs() {
        return proxyLogs;
    }

    /** Refused pushes by proxy id. */
    public Map<String, Rejection> rejections() {
        return rejections;
    }

    /** Pushes of endpoints that nobody answered: proxy id to when they went out. */
    public Map<String, Instant> unanswered() {
        return unanswered;
    }

    /** Proxies of its nodes; none without ambient mode. */
    public List<Ztunnel> ztunnels() {
        return ztunnels;
    }

    /** Beginnings of istiod's page names that the archive lacks. */
    public Set<String> missingPages() {
        return missingPages;
    }

    /** What its istiods and Envoys know of other clusters that is not so. */
    public Distortions distortions() {
        return distortions;
    }

    /** Which of its Envoys are connected to which istiod. */
    public Connections connections() {
        return connections;
    }

    /** The Service of its east-west gateway, which fleets of several networks have. */
    public Service eastWestGateway() {
        return services.get(EastWestGateway.KEY);
    }

    /** Whether an Istio Gateway lets mTLS pass through the east-west gateway. */
    public boolean passesThrough() {
        return customResources.stream()
                .anyMatch(resource -> resource.kind().equals("Gateway")
                        && resource.spec().toString().contains("AUTO_PASSTHROUGH"));
    }

    /** Puts another Service in the place of the one with its name. */
    public void replace(Service service) {
        services.put(service.namespace() + "/" + service.name(), service);
    }

    /** Webhook configurations whose caBundle someone else wrote: name to PEM. */
    public Map<String, String> caBundles() {
        return caBundles;
    }

    /** What istiod signs with. */
    public Authority authority() {
        return trust.signer();
    }

    public void signWith(Authority other) {
        trust.signWith(other);
    }

    /** By whom its workloads are signed and whom they trust. */
    public Trust trust() {
        return trust;
    }

    /** Whether istiod made its own CA, for want of a Secret cacerts. */
    public boolean selfSigned() {
        return authority().chain().size() == 1;
    }

    /** All Envoys: pods first, then VMs. */
    public List<Proxy> proxies() {
        Stream<Proxy> ofPods = pods().filter(Pod::hasProxy)
                .map(pod -> new Proxy(
                        pod.namespace(),
                        pod.name(),
                        pod.role() == Pod.Role.GATEWAY ? "router" : "sidecar",
                        pod.ip(),
                        pod.app(),
                        pod.serviceAccount(),
                        pod.revision(),
                        pod));
        Stream<Proxy> ofVms = vms.stream().map(this::proxy);
        return Stream.concat(ofPods, ofVms).toList();
    }
}
