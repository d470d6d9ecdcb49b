package io.meshdiag.processor.detect;

import static io.meshdiag.processor.detect.FleetFixtures.MESH;
import static io.meshdiag.processor.detect.FleetFixtures.NOW;

import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.IstiodHour;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LastWriter;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RegistryCluster;
import io.meshdiag.fact.RejectedUpdate;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.fact.ResolvedGateway;
import io.meshdiag.fact.SelectedPods;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.ServiceRegistry;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.WebhookEntry;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.fact.WebhookKind;
import io.meshdiag.fact.Workload;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.Views;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Facts;
import io.meshdiag.state.ClosedPort;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.LateKind;
import io.meshdiag.state.RemoteEndpoints;
import io.meshdiag.state.RootUse;
import io.meshdiag.state.Stranger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/** A cluster of a test, said in the words of the rules. Its uid is its id with "-uid". */
public final class TestCluster {
    private final String id;
    private final List<Row<?>> rows = new ArrayList<>();
    private final ClusterSummary summary;
    private final List<TestMachine> machines = new ArrayList<>();

    TestCluster(String id) {
        this.id = id;
        this.summary = ClusterSummary.newBuilder()
                .setMeshId(MESH)
                .setClusterId(id)
                .setClusterUid(id + "-uid")
                .setAsOf(NOW)
                .setComplete(true)
                .setSilent(false)
                .setMode(CollectorMode.CLUSTER)
                .setTrustDomain("cluster.local")
                .setPrimary(true)
                .setIstiodNamespaces(List.of("istio-system"))
                .build();
    }

    public ClusterSummary summary() {
        return summary;
    }

    public List<Row<?>> rows() {
        return rows;
    }

    public List<TestMachine> machines() {
        return machines;
    }

    public ClusterView view() {
        return Views.ofCluster(summary, NOW, rows);
    }

    // Coverage

    public TestCluster incomplete() {
        summary.setComplete(false);
        machines.forEach(TestMachine::incomplete);
        return this;
    }

    public TestCluster silent() {
        summary.setSilent(true);
        machines.forEach(TestMachine::silent);
        return this;
    }

    /** Heard last at this time. */
    public TestCluster silentSince(Instant lastHeard) {
        summary.setAsOf(lastHeard);
        return silent();
    }

    /** Its collector cannot hand over facts of this kind for so long. */
    public TestCluster late(String kind, long seconds) {
        List<LateKind> late = new ArrayList<>(summary.getLate());
        late.add(new LateKind(kind, seconds));
        summary.setLate(late);
        return this;
    }

    public TestCluster archive() {
        summary.setMode(CollectorMode.ARCHIVE);
        return this;
    }

    public TestCluster source(String name, SourceState state) {
        List<SourceCoverage> sources = new ArrayList<>(summary.getSources());
        sources.add(new SourceCoverage(name, state, "", state == SourceState.OK ? 1 : 0, 1, null));
        summary.setSources(sources);
        return this;
    }

    // Identity and trust

    public TestCluster withUid(String uid) {
        summary.setClusterUid(uid);
        return this;
    }

    public TestCluster remote() {
        summary.setPrimary(false);
        return this;
    }

    public TestCluster linkedTo(String... ids) {
        summary.setLinkedTo(List.of(ids));
        return this;
    }

    public TestCluster clusterLocal(String... hosts) {
        summary.setClusterLocalHosts(List.of(hosts));
        return this;
    }

    public TestCluster caSecret(String name) {
        summary.setCaSecret(name);
        return this;
    }

    /** Workloads trust these roots; see {@link #root}. */
    public TestCluster trusts(String... roots) {
        summary.setTrustHolders(3);
        summary.setTrustedRoots(Arrays.stream(roots)
                .map(r -> new RootUse(root(r), 3, List.of("shop/istio-ca-root-cert")))
                .toList());
        return this;
    }

    /** Of the three holders only so many trust this root besides the others. */
    public TestCluster trustsInPart(String root, int holders) {
        List<RootUse> uses = new ArrayList<>(summary.getTrustedRoots());
        uses.add(new RootUse(root(root), holders, List.of("shop/istio-ca-root-cert")));
        summary.setTrustedRoots(uses);
        return this;
    }

    /** As {@link #trusts}, with a root that ends at this time. */
    public TestCluster trustsUntil(String root, Instant notAfter) {
        trusts(root);
        summary.getTrustedRoots().get(0).getCertificate().setNotAfter(notAfter);
        return this;
    }

    /** So many ztunnels, all of which trust these roots. */
    public TestCluster ztunnelsTrust(int ztunnels, String... roots) {
        summary.setZtunnels(ztunnels);
        summary.setZtunnelRoots(Arrays.stream(roots)
                .map(r -> new RootUse(root(r), ztunnels, List.of("istio-system/ztunnel-1")))
                .toList());
        return this;
    }

    public TestCluster trustDomain(String domain, String... aliases) {
        summary.setTrustDomain(domain);
        summary.setTrustDomainAliases(List.of(aliases));
        return this;
    }

    /** Workloads' chains end in an intermediate of the cluster that this root has signed. */
    public TestCluster signsWith(String root) {
        CertificateInfo intermediate = CertificateInfo.newBuilder(
                        certificate("intermediate of " + id, "CN=CA of " + id))
                .setIssuer(root(root).getSubject())
                .build();
        summary.setIssuers(List.of(new RootUse(intermediate, 3, List.of("shop/web-1"))));
        return this;
    }

    /** So many proxies have a certificate that descends from this root, besides those that are there already. */
    public TestCluster proxiesSignedBy(String root, int proxies) {
        CertificateInfo intermediate = CertificateInfo.newBuilder(
                        certificate(root + "'s intermediate of " + id, "CN=CA of " + id + " below " + root))
                .setIssuer(root(root).getSubject())
                .build();
        List<RootUse> uses = new ArrayList<>(summary.getIssuers());
        uses.add(new RootUse(intermediate, proxies, List.of("shop/web-1")));
        uses.add(new RootUse(root(root), proxies, List.of("shop/web-1")));
        summary.setIssuers(uses);
        return this;
    }

    /** istiod's metrics give these ends of the root and of its own CA. */
    public TestCluster istiodTellsEnds(Instant root, Instant chain) {
        return with(istiod("istiod-1")
                .setRootCertNotAfter(root)
                .setCertChainNotAfter(chain)
                .build());
    }

    /** A root certificate; names that begin with "self" are of the form that istiod gives its own root. */
    public static CertificateInfo root(String name) {
        return certificate(name, name.startsWith("self") ? "O=cluster.local" : "CN=Root " + name);
    }

    private static CertificateInfo certificate(String name, String subject) {
        return CertificateInfo.newBuilder()
                .setSha256(sha256(name))
                .setSpkiSha256(sha256("key of " + name))
                .setSubject(subject)
                .setIssuer(subject)
                .setSerial("1")
                .setNotAfter(NOW.plus(Duration.ofDays(3650)))
                .setCa(true)
                .build();
    }

    // Remote access

    public TestCluster remoteSecretFor(String clusterKey) {
        return with(remoteSecret(clusterKey).build());
    }

    /** A remote secret whose token ends at this time. */
    public TestCluster remoteSecretFor(String clusterKey, Instant expiresAt) {
        return with(remoteSecret(clusterKey)
                .setCredentialKind(CredentialKind.TOKEN)
                .setCredentialExpiresAt(expiresAt)
                .build());
    }

    private RemoteSecret.Builder remoteSecret(String clusterKey) {
        return RemoteSecret.newBuilder()
                .setHeader(header())
                .setNamespace("istio-system")
                .setName("istio-remote-secret-" + clusterKey)
                .setClusterKey(clusterKey);
    }

    /** istiod's log has lines with this signature about this subject, the last of them now. */
    public TestCluster istiodLogs(String signature, String subject) {
        return istiodLogs(signature, subject, NOW);
    }

    public TestCluster istiodLogs(String signature, String subject, Instant lastAt) {
        return istiodLogs("istiod-1", signal(signature, subject, lastAt, "watch error in cluster " + subject));
    }

    /** The log of one istiod; without signals it says nothing that is known. */
    public TestCluster istiodLogs(String istiod, LogSignal... signals) {
        return with(LogSignals.newBuilder()
                .setHeader(header())
                .setComponent("istiod")
                .setNamespace("istio-system")
                .setInstance(istiod)
                .setSignals(List.of(signals))
                .setLines(100L)
                .setErrors(12L * signals.length)
                .setWarnings(0L)
                .build());
    }

    public static LogSignal signal(String signature, String subject, Instant lastAt, String sample) {
        return new LogSignal(signature, subject, 12L, lastAt.minusSeconds(600), lastAt, sample);
    }

    /** The cluster's only istiod lists itself and these clusters. */
    public TestCluster registeredWith(String... ids) {
        return registered("istiod-1", RemoteSyncState.SYNCED, ids);
    }

    /** One istiod lists itself and these clusters in this state. */
    public TestCluster registered(String istiod, RemoteSyncState state, String... ids) {
        List<RegisteredCluster> clusters = new ArrayList<>();
        clusters.add(new RegisteredCluster(id, null, RemoteSyncState.SYNCED));
        Arrays.stream(ids)
                .map(i -> new RegisteredCluster(i, "istio-system/istio-remote-secret-" + i, state))
                .forEach(clusters::add);
        return with(new RemoteClusterStatus(header(), "istio-system", istiod, clusters));
    }

    /** istiod's metric on remote clusters, as "cluster/status" for those with the value 1. */
    public TestCluster syncMetric(String istiod, String version, String... statuses) {
        return with(istiod(istiod)
                .setVersion(version)
                .setRemoteSyncStatus(
                        Arrays.stream(statuses).map(s -> new NamedCount(s, 1L)).toList())
                .build());
    }

    /** One istiod's course: so many goroutines in each hour up to now, a MiB of heap for each ten, and ten proxies. */
    public TestCluster istiodGrew(
            String istiod, String version, UnaryOperator<IstiodHour.Builder> change, long... goroutines) {
        List<IstiodHour> course = new ArrayList<>();
        for (int i = 0; i < goroutines.length; i++) {
            course.add(change.apply(IstiodHour.newBuilder()
                            .setAt(NOW.minus(Duration.ofHours(goroutines.length - 1L - i)))
                            .setReadings(6)
                            .setHeapBytes(goroutines[i] << 17)
                            .setGoroutines(goroutines[i])
                            .setProxies(10)
                            .setSecretEvents((long) i))
                    .build());
        }
        return with(istiod(istiod).setVersion(version).setCourse(course).build());
    }

    /** How many requests for certificates one istiod had refused at the end of each hour up to now. */
    public TestCluster istiodRefused(String istiod, long... refused) {
        List<IstiodHour> course = new ArrayList<>();
        for (int i = 0; i < refused.length; i++) {
            course.add(IstiodHour.newBuilder()
                    .setAt(NOW.minus(Duration.ofHours(refused.length - 1L - i)))
                    .setReadings(6)
                    .setHeapBytes(1L << 28)
                    .setGoroutines(900)
                    .setCsrAuthenticationFailures(refused[i])
                    .build());
        }
        return with(istiod(istiod).setCourse(course).build());
    }

    /** A remote secret whose kubeconfig was readable. */
    public TestCluster remoteSecret(String name, String clusterKey, String host, String ca) {
        return with(RemoteSecret.newBuilder()
                .setHeader(header())
                .setNamespace("istio-system")
                .setName(name)
                .setClusterKey(clusterKey)
                .setServerHost(host)
                .setServerPort(6443)
                .setCaSha256(ca)
                .setCredentialKind(CredentialKind.TOKEN)
                .build());
    }

    public TestCluster apiServerCa(String sha256) {
        summary.setApiServerCaSha256(sha256);
        return this;
    }

    /** A probe of a peer's API server; a detail means that the last of the rungs failed. */
    public TestCluster probedApi(String peer, String detail, String... rungs) {
        List<ProbeRung> climbed = new ArrayList<>();
        for (int i = 0; i < rungs.length; i++) {
            boolean failed = i == rungs.length - 1 && !detail.isEmpty();
            climbed.add(new ProbeRung(rungs[i], !failed, failed ? detail : "", 3L));
        }
        return with(new Connectivity(
                header(), peer, ProbeTarget.API_SERVER, peer + ".example", 6443, climbed, List.of(), null));
    }

    /** So many of its proxies cannot connect to that port of a control plane. */
    public TestCluster closedPort(String host, int port, String failure, int proxies) {
        List<ClosedPort> closed = new ArrayList<>(summary.getClosedPorts());
        closed.add(new ClosedPort(host, port, failure, proxies, List.of("shop/web-1")));
        summary.setClosedPorts(closed);
        return this;
    }

    /** A probe of a control plane's port that ends at this rung with this detail; none = it gets through. */
    public TestCluster probedControlPlane(ProbeTarget target, String host, int port, String rung, String detail) {
        List<ProbeRung> rungs = List.of(new ProbeRung(rung, detail.isEmpty(), detail, 3L));
        return with(new Connectivity(header(), "", target, host, port, rungs, List.of(), null));
    }

    /** Not a cluster, but a virtual machine that says it belongs to one. */
    public TestCluster machine(String vm) {
        summary.setMode(CollectorMode.VM);
        summary.setVm(vm);
        return this;
    }

    // Services

    public TestCluster hasReviews(int ready) {
        return hasReviews(ready, b -> b);
    }

    public TestCluster hasReviews(int ready, UnaryOperator<ServiceEndpoints.Builder> change) {
        return with(change.apply(ServiceEndpoints.newBuilder()
                        .setHeader(header())
                        .setNamespace("shop")
                        .setName("reviews")
                        .setType("ClusterIP")
                        .setPorts(List.of())
                        .setSpecHash("same")
                        .setReady(ready))
                .build());
    }

    /** Ready endpoints of these services, namespace/name, are for other clusters too. */
    public TestCluster shares(String... services) {
        summary.setSharedServices(services.length);
        summary.setSharedSamples(List.of(services));
        return this;
    }

    /** One istiod replica has so many endpoints of shop/reviews from this cluster. */
    public TestCluster knowsReviews(String istiod, String cluster, int endpoints) {
        return knows(istiod, "reviews", kubernetes(cluster, endpoints, List.of(), endpoints));
    }

    /** One istiod replica has so many endpoints of shop/catalog from this cluster. */
    public TestCluster knowsEndpoints(String istiod, String cluster, int endpoints) {
        return knows(istiod, "catalog", kubernetes(cluster, endpoints, List.of(), endpoints));
    }

    /** One istiod replica knows so many services of this cluster, of which the digest tells which they are. */
    public TestCluster knowsServices(String istiod, String cluster, int services, long digest) {
        return with(ServiceRegistry.newBuilder()
                .setHeader(header())
                .setNamespace("istio-system")
                .setIstiod(istiod)
                .setServices(services)
                .setRegistries(List.of(new NamedCount("Kubernetes", (long) services)))
                .setClusters(List.of(new RegistryCluster(cluster, services, digest)))
                .setClustersCount(1)
                .build());
    }

    /** One istiod replica has so many endpoints of shop/reviews, with these addresses, from a cluster on that network. */
    public TestCluster knowsReviews(String istiod, String cluster, String network, int addresses, long digest) {
        return knows(istiod, "reviews", kubernetes(cluster, addresses, List.of(network), digest));
    }

    private TestCluster knows(String istiod, String service, EndpointShard shard) {
        return with(new EndpointShards(
                header(), "shop", service, service + ".shop.svc.cluster.local", istiod, List.of(shard)));
    }

    private static EndpointShard kubernetes(String cluster, int endpoints, List<String> networks, long digest) {
        return new EndpointShard("Kubernetes", cluster, endpoints, endpoints, 0, networks, endpoints, digest);
    }

    /** Ready pods of StatefulSets that a ServiceEntry of host shop/reviews selects. */
    public TestCluster selectsPods(String... names) {
        return with(SelectedPods.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setHost("reviews")
                .setServiceEntry("reviews-entry")
                .setSelector("app=reviews")
                .setPods(List.of(names))
                .setPodsCount(names.length)
                .build());
    }

    /** One istiod replica has so many endpoints of ServiceEntries for shop/reviews. */
    public TestCluster knowsSelected(String istiod, int endpoints) {
        return with(new EndpointShards(
                header(),
                "shop",
                "reviews",
                "reviews",
                istiod,
                List.of(new EndpointShard(
                        "External", id, endpoints, endpoints, 0, List.of(), endpoints, (long) endpoints))));
    }

    /** What was told last has been so only since then. */
    public TestCluster since(Instant unchangedSince) {
        Facts.header(rows.get(rows.size() - 1).fact()).setUnchangedSince(unchangedSince);
        return this;
    }

    /** What was told last was seen then. */
    public TestCluster seenAt(Instant observedAt) {
        Facts.header(rows.get(rows.size() - 1).fact()).setObservedAt(observedAt);
        return this;
    }

    /** A proxy in namespace shop has these endpoints of shop/reviews from a cluster, as workloads with their addresses. */
    public TestCluster proxyHasReviews(String proxy, String cluster, int addresses, long digest) {
        return withEndpoints(
                proxy,
                new ProxyEndpointCount(
                        "reviews.shop.svc.cluster.local", cluster, addresses, addresses, 0, addresses, digest));
    }

    /** A proxy in namespace shop has so many gateways to shop/reviews in a cluster. */
    public TestCluster proxyHasGateways(String proxy, String cluster, int gateways, int healthy) {
        return withEndpoints(
                proxy,
                new ProxyEndpointCount("reviews.shop.svc.cluster.local", cluster, gateways, healthy, gateways, 0, 0L));
    }

    private TestCluster withEndpoints(String proxy, ProxyEndpointCount count) {
        return with(ProxyConfig.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(proxy)
                .setEndpointCounts(List.of(count))
                .setEndpointCountsTotal(1)
                .build());
    }

    /** One istiod replica has one endpoint of shop/reviews from each of these clusters. */
    public TestCluster istiodSees(String istiod, String... clusters) {
        return with(new EndpointShards(
                header(),
                "shop",
                "reviews",
                "reviews.shop.svc.cluster.local",
                istiod,
                Arrays.stream(clusters)
                        .map(c -> new EndpointShard("Kubernetes", c, 1, 1, 0, List.of(), 1, 1L))
                        .toList()));
    }

    // Networks

    public TestCluster network(String network) {
        summary.setNetwork(network);
        return this;
    }

    public TestCluster podCidrs(String... cidrs) {
        summary.setPodCidrs(List.of(cidrs));
        return this;
    }

    /** The Service istio-system/istio-eastwestgateway, with two pods. */
    public TestCluster gateway(String network, int readyPods, String... addresses) {
        return with(Gateway.newBuilder()
                .setHeader(header())
                .setNamespace("istio-system")
                .setName("istio-eastwestgateway")
                .setNetwork(network)
                .setServiceType("LoadBalancer")
                .setAddresses(Arrays.stream(addresses)
                        .map(a -> new GatewayAddress(a, !Character.isDigit(a.charAt(0))))
                        .toList())
                .setPorts(List.of(15021, 15443))
                .setReadyPods(readyPods)
                .setPods(2)
                .build());
    }

    /** One istiod replica lists the gateways of these clusters, told as {@code network/cluster/address}. */
    public TestCluster knowsGateways(String istiod, String... gateways) {
        return with(new NetworkGateways(
                header(),
                "istio-system",
                istiod,
                Arrays.stream(gateways)
                        .map(g -> g.split("/"))
                        .map(g -> new ResolvedGateway(g[0], g[1], g[2], 15443, 0))
                        .toList()));
    }

    /** Its own gateway's name has had these addresses since that time; see {@link #gateway}. */
    public TestCluster looksUp(String host, Instant steadySince, String... addresses) {
        return with(Connectivity.newBuilder()
                .setHeader(header())
                .setPeerClusterId(id)
                .setTarget(ProbeTarget.GATEWAY_NAME)
                .setHost(host)
                .setPort(0)
                .setRungs(List.of(new ProbeRung("DNS", true, "", 0L)))
                .setAddresses(List.of(addresses))
                .setSteadySince(steadySince)
                .build());
    }

    /** Its istiods have endpoints of shop/reviews in that cluster, on that network. */
    public TestCluster seesEndpointsOf(String cluster, String network) {
        List<String> known = new ArrayList<>(summary.getKnownClusters());
        known.add(cluster);
        summary.setKnownClusters(known);
        List<RemoteEndpoints> remote = new ArrayList<>(summary.getRemoteEndpoints());
        remote.add(new RemoteEndpoints(cluster, network, 1, List.of("shop/reviews")));
        summary.setRemoteEndpoints(remote);
        return this;
    }

    /** A probe of another cluster's east-west gateway that gets through, or that nobody answers. */
    public TestCluster probesGateway(String cluster, String host, boolean answered) {
        return with(new Connectivity(
                header(),
                cluster,
                ProbeTarget.EAST_WEST_GATEWAY,
                host,
                15443,
                List.of(
                        new ProbeRung("DNS", true, "", 1L),
                        new ProbeRung("TCP", answered, answered ? "" : "TIMEOUT after 3 s", 3000L)),
                List.of(),
                null));
    }

    /** The Istio Gateway on port 15443 in this TLS mode; null: its spec was not read. */
    public TestCluster crossNetworkGateway(String mode) {
        return with(networking("Gateway", "istio-system", "cross-network-gateway")
                .setCanonicalSpec(
                        mode == null
                                ? null
                                : "{\"servers\":[{\"port\":{\"number\":15443},\"tls\":{\"mode\":\"" + mode + "\"}}]}")
                .build());
    }

    /** A pod whose label names this network. */
    public TestCluster podOfNetwork(String name, String network) {
        return with(running(name).setNetwork(network).build());
    }

    // Proxies

    /** A proxy in namespace shop whose listeners are as told. */
    public TestCluster proxy(String name, XdsSyncState state, Instant sentAt, String error) {
        return proxy(name, "istiod-1", id, state, sentAt, error);
    }

    public TestCluster proxy(
            String name, String istiod, String cluster, XdsSyncState state, Instant sentAt, String error) {
        boolean synced = state == XdsSyncState.SYNCED;
        return with(ProxyStatus.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(name)
                .setIstiod(istiod)
                .setProxyClusterId(cluster)
                .setXds(List.of(new XdsStatus("LDS", "nonce-2", synced ? "nonce-2" : "nonce-1", sentAt, error, state)))
                .build());
    }

    /** A waypoint in namespace shop, in sync. */
    public TestCluster waypoint(String name) {
        return with(ProxyStatus.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(name)
                .setIstiod("istiod-1")
                .setProxyType("waypoint")
                .setXds(List.of())
                .build());
    }

    public TestCluster syncedProxies(int count) {
        for (int i = 0; i < count; i++) {
            proxy("synced-" + i, XdsSyncState.SYNCED, NOW.minusSeconds(3600), null);
        }
        return this;
    }

    public TestCluster envoyRejects(String proxy, String listener, String details) {
        return with(ProxyConfig.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(proxy)
                .setRejected(List.of(new RejectedUpdate("LDS", listener, details, NOW.minusSeconds(300))))
                .setRejectedCount(1)
                .build());
    }

    /** The certificate that a proxy in namespace shop has now. */
    public TestCluster certificate(String proxy, Instant from, Instant until) {
        return with(ProxyConfig.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(proxy)
                .setWorkloadCertificate(CertificateInfo.newBuilder()
                        .setSubject("")
                        .setIssuer("")
                        .setSerial("1")
                        .setNotBefore(from)
                        .setNotAfter(until)
                        .build())
                .build());
    }

    /** The log of a proxy in namespace shop has lines with this signature, the last of them then. */
    public TestCluster proxyLogs(String proxy, String signature, Instant lastAt) {
        return proxyLogs(proxy, signature, "", lastAt);
    }

    public TestCluster proxyLogs(String proxy, String signature, String subject, Instant lastAt) {
        return with(LogSignals.newBuilder()
                .setHeader(header())
                .setComponent("proxy")
                .setNamespace("shop")
                .setInstance(proxy)
                .setSignals(List.of(
                        new LogSignal(signature, subject, 4L, lastAt.minusSeconds(600), lastAt, "certificate trouble")))
                .setLines(100L)
                .setErrors(4L)
                .setWarnings(0L)
                .build());
    }

    public TestCluster pod(String name, String node) {
        return with(running(name).setNode(node).build());
    }

    private Workload.Builder running(String pod) {
        return Workload.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(pod)
                .setPhase("Running");
    }

    public TestCluster resource(String kind, String name, Instant createdAt) {
        return with(networking(kind, "shop", name).setCreatedAt(createdAt).build());
    }

    private IstioResource.Builder networking(String kind, String namespace, String name) {
        return IstioResource.newBuilder()
                .setHeader(header())
                .setGroup("networking.istio.io")
                .setVersion("v1")
                .setKind(kind)
                .setNamespace(namespace)
                .setName(name)
                .setSpecHash("hash");
    }

    /** The DestinationRule of that name in namespace shop, by its canonical spec. */
    public TestCluster destinationRule(String name, String spec) {
        return with(networking("DestinationRule", "shop", name)
                .setCanonicalSpec(spec)
                .build());
    }

    public TestCluster namespace(String name, UnaryOperator<NamespaceProfile.Builder> change) {
        return with(
                change.apply(NamespaceProfile.newBuilder().setHeader(header()).setName(name))
                        .build());
    }

    /** A pod that was injected by revision default an hour ago; its sidecar is ready. */
    public TestCluster sidecar(String name) {
        return sidecar(name, b -> b);
    }

    public TestCluster sidecar(String name, UnaryOperator<Workload.Builder> change) {
        return with(change.apply(running(name)
                        .setNode("node-1")
                        .setHasProxy(true)
                        .setProxyReady(true)
                        .setRevision("default")
                        .setCreatedAt(NOW.minusSeconds(3600)))
                .build());
    }

    /** Its istiods, by revision. */
    public TestCluster controlPlanes(String... revisions) {
        return with(ClusterProfile.newBuilder()
                .setHeader(header())
                .setControlPlanes(Arrays.stream(revisions)
                        .map(revision -> new ControlPlane(revision, "1.28.1", "istio-system", 1, 1))
                        .toList())
                .setClusterIdSource("test")
                .build());
    }

    // Virtual machines

    /** Machines that say they belong to it. */
    public TestCluster with(TestMachine... joined) {
        machines.addAll(List.of(joined));
        return this;
    }

    /** All replicas of its istiods were read, and its custom resources. */
    public TestCluster readCompletely() {
        return source("istiod/syncz", SourceState.OK)
                .source("istiod/metrics", SourceState.OK)
                .source("kubernetes/custom-resources", SourceState.OK);
    }

    /** istiod-1 lists these proxies, as name.namespace, which say they are in this cluster and are no pods of it. */
    public TestCluster serves(String... proxies) {
        return servesOf(id, proxies);
    }

    /** The same of proxies that say they are in another cluster. */
    public TestCluster servesOf(String claimed, String... proxies) {
        List<Stranger> strangers = new ArrayList<>(summary.getStrangers());
        Arrays.stream(proxies)
                .map(proxy -> new Stranger(proxy, claimed, "istiod-1"))
                .forEach(strangers::add);
        summary.setStrangers(strangers);
        summary.setStrangersCount(strangers.size());
        return this;
    }

    /** The WorkloadGroup shop/name. */
    public TestCluster workloadGroup(String name, String network) {
        return with(WorkloadGroup.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(name)
                .setNetwork(network)
                .setServiceAccount(name)
                .build());
    }

    /** An auto-registered WorkloadEntry in namespace shop, whose machine is connected to istiod-1. */
    public TestCluster workloadEntry(String group, String address) {
        return workloadEntry(group, address, b -> b);
    }

    public TestCluster workloadEntry(String group, String address, UnaryOperator<WorkloadEntry.Builder> change) {
        return with(change.apply(WorkloadEntry.newBuilder()
                        .setHeader(header())
                        .setNamespace("shop")
                        .setName(group + "-" + address)
                        .setAddress(address)
                        .setGroup(group)
                        .setController("istiod-1")
                        .setConnectedAt(NOW.minusSeconds(3600)))
                .build());
    }

    /** istiod-1 answers with its metrics, which count so many failed registrations. */
    public TestCluster registrationErrors(long errors) {
        return with(istiod("istiod-1").setAutoRegistrationErrors(errors).build());
    }

    // Webhooks

    /** Namespace's copy of istiod's root. */
    public TestCluster rootConfigMap(String namespace, String root) {
        return with(new TrustBundle(
                header(),
                TrustHolder.NAMESPACE,
                namespace,
                "istio-ca-root-cert",
                null,
                List.of(root(root)),
                1,
                List.of(),
                null));
    }

    public TestCluster webhook(WebhookKind kind, CaBundleState state, String... roots) {
        return webhook(kind, state, "Fail", b -> b, roots);
    }

    public TestCluster webhook(
            WebhookKind kind,
            CaBundleState state,
            String failurePolicy,
            UnaryOperator<WebhookConfig.Builder> change,
            String... roots) {
        WebhookEntry entry = WebhookEntry.newBuilder()
                .setName("namespace.sidecar-injector.istio.io")
                .setFailurePolicy(failurePolicy)
                .setTimeoutSeconds(10)
                .setServiceNamespace("istio-system")
                .setServiceName("istiod")
                .setCaBundleState(state)
                .setCaBundle(Arrays.stream(roots).map(TestCluster::root).toList())
                .build();
        return with(change.apply(WebhookConfig.newBuilder()
                        .setHeader(header())
                        .setKind(kind)
                        .setName("istio-sidecar-injector")
                        .setRevision("default")
                        .setEntries(List.of(entry))
                        .setLastWriter(new LastWriter("argocd-controller", "Update", NOW.minusSeconds(600))))
                .build());
    }

    /** The Service istio-system/istiod, which webhooks call. */
    public TestCluster istiodService(int ready) {
        return with(ServiceEndpoints.newBuilder()
                .setHeader(header())
                .setNamespace("istio-system")
                .setName("istiod")
                .setType("ClusterIP")
                .setPorts(List.of())
                .setSpecHash("same")
                .setReady(ready)
                .setNotReady(2 - ready)
                .build());
    }

    public TestCluster failedCall(WebhookErrorClass errorClass) {
        return failedCall(errorClass, NOW.minusSeconds(10));
    }

    public TestCluster failedCall(WebhookErrorClass errorClass, Instant lastAt) {
        return with(WebhookError.newBuilder()
                .setHeader(header())
                .setWebhook("namespace.sidecar-injector.istio.io")
                .setErrorClass(errorClass)
                .setOperation("inject")
                .setServiceNamespace("istio-system")
                .setServiceName("istiod")
                .setObjectKind("ReplicaSet")
                .setObjectNamespace("shop")
                .setObjectName("web-6c9")
                .setMessage("x509: certificate signed by unknown authority")
                .setCount(7)
                .setFirstAt(lastAt.minusSeconds(490))
                .setLastAt(lastAt)
                .build());
    }

    /** Takes what is known of that replica out of the rows: more of it makes one fact, as in a cluster. */
    private IstiodInstance.Builder istiod(String name) {
        Optional<IstiodInstance> known = rows.stream()
                .map(Row::fact)
                .filter(IstiodInstance.class::isInstance)
                .map(IstiodInstance.class::cast)
                .filter(instance -> instance.getName().equals(name))
                .findFirst();
        rows.removeIf(row -> known.filter(row.fact()::equals).isPresent());
        return known.map(IstiodInstance::newBuilder).orElseGet(() -> IstiodInstance.newBuilder()
                .setHeader(header())
                .setNamespace("istio-system")
                .setName(name));
    }

    private TestCluster with(SpecificRecord fact) {
        rows.add(new Row<>(Facts.key(fact), fact));
        return this;
    }

    private FactHeader header() {
        return FactHeader.newBuilder()
                .setMeshId(MESH)
                .setClusterId(id)
                .setClusterUid(summary.getClusterUid())
                .setObserver("collector")
                .setObservedAt(NOW)
                .setSource("test")
                .setContentHash("")
                .setUnchangedSince(NOW.minusSeconds(600))
                .build();
    }

    private static String sha256(String text) {
        return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
