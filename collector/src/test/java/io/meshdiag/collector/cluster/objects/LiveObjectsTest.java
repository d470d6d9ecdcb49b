package io.meshdiag.collector.cluster.objects;

import static io.meshdiag.collector.cluster.objects.Objects.agent;
import static io.meshdiag.collector.cluster.objects.Objects.event;
import static io.meshdiag.collector.cluster.objects.Objects.istiod;
import static io.meshdiag.collector.cluster.objects.Objects.namespace;
import static io.meshdiag.collector.cluster.objects.Objects.node;
import static io.meshdiag.collector.cluster.objects.Objects.pod;
import static io.meshdiag.collector.cluster.objects.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.SelectedPods;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.Workload;
import io.meshdiag.schema.FactKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LiveObjectsTest {
    private static final String REMOTE_SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: remote, namespace: istio-system, labels: {istio/multiCluster: 'true'}}
            stringData: {west: '', %s: ''}
            """;
    private static final String ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: web, namespace: shop}
            spec: {hosts: [web]}
            """;

    @Test
    void factsOfOneObjectAreToldAtTheChange() {
        TestCluster cluster = new TestCluster();

        cluster.see(ROUTE);

        assertThat(cluster.news()).containsExactly("IstioResource/networking.istio.io/VirtualService/shop/web");
    }

    @Test
    void aKeyThatARemoteSecretLostIsGone() {
        TestCluster cluster = TestCluster.of(REMOTE_SECRET.formatted("north"));

        cluster.see(REMOTE_SECRET.formatted("south"));

        assertThat(cluster.news())
                .containsExactly(
                        "RemoteSecret/istio-system/remote/south", "gone RemoteSecret/istio-system/remote/north");
    }

    @Test
    void aSecretThatLostItsLabelIsNoRemoteSecret() {
        TestCluster cluster = TestCluster.of(REMOTE_SECRET.formatted("north"));

        cluster.see(REMOTE_SECRET.formatted("north").replace("istio/multiCluster: 'true'", ""));

        assertThat(cluster.news())
                .containsExactly(
                        "gone RemoteSecret/istio-system/remote/north", "gone RemoteSecret/istio-system/remote/west");
    }

    @Test
    void whatTwoWatchesShowIsGoneWhenBothSaySo() {
        TestCluster cluster = TestCluster.of(REMOTE_SECRET.formatted("north"));
        cluster.seeIn("istio-system", REMOTE_SECRET.formatted("north"));

        cluster.deleteIn("istio-system", "secrets", "remote");
        assertThat(cluster.news()).isEmpty();
        cluster.delete("secrets", "istio-system", "remote");

        assertThat(cluster.news())
                .containsExactly(
                        "gone RemoteSecret/istio-system/remote/north", "gone RemoteSecret/istio-system/remote/west");
    }

    @Test
    void aFactThatCannotBeMadeCostsNoOtherAndIsToldWhenItCan() {
        AtomicBoolean hostile = new AtomicBoolean(true);
        TestCluster cluster = new TestCluster(agent -> {
            if (hostile.get() && agent.node().equals("node-1")) {
                throw new IllegalStateException("no API server lets this through");
            }
            return Optional.empty();
        });
        cluster.see(node("node-1") + node("node-2") + agent("cni-1", "node-1") + agent("cni-2", "node-2"));
        cluster.listAll();

        assertThat(cluster.news()).contains("CniNode/node-2").doesNotContain("CniNode/node-1");
        assertThat(cluster.board.state("collector/objects", "")).isEqualTo(SourceState.PARTIAL);
        assertThat(cluster.board.coverage().get(0).getDetail())
                .startsWith("1 fact(s) cannot be made, for example mesh1/east@01234567/CniNode/node-1"
                        + " (IllegalStateException)");

        hostile.set(false);
        cluster.objects.metricsRead("node-1");
        assertThat(cluster.news()).containsExactly("CniNode/node-1");
        assertThat(cluster.board.state("collector/objects", "")).isEqualTo(SourceState.OK);
    }

    @Test
    void resourcesOfACrdThatIsGoneAreGone() {
        TestCluster cluster = TestCluster.of(ROUTE);

        cluster.notServed("virtualservices");

        assertThat(cluster.news()).containsExactly("gone IstioResource/networking.istio.io/VirtualService/shop/web");
    }

    /** Kubernetes writes it into every namespace, and in istiod's all ConfigMaps are watched: no right on others is needed (RMT-07). */
    @Test
    void theCaOfTheApiServerIsThatOfIstiodsNamespace() throws Exception {
        String ca = TestCertificates.root("kubernetes").pem();
        TestCluster cluster = TestCluster.of(istiod("istiod-1"));

        cluster.seeIn("istio-system", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: kube-root-ca.crt, namespace: istio-system}
                data:
                  ca.crt: |
                """ + ca.replaceAll("(?m)^", "    "));

        assertThat(cluster.last(ClusterProfile.class).getApiServerCaSha256())
                .isEqualTo(Certificates.parsePem(ca).get(0).getSha256());
    }

    @Test
    void podsThatAServiceEntrySelectsAreNamedAsTheyComeAndGo() {
        String entry = """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: db, namespace: shop}
                spec: {hosts: [db.shop.internal], workloadSelector: {labels: {app: web}}}
                """;
        String stateful = pod("shop", "db-0")
                .replace(
                        "namespace: shop,",
                        "namespace: shop, ownerReferences: [{controller: true, kind: StatefulSet, name: db}],");
        TestCluster cluster = TestCluster.of(entry);

        cluster.see(stateful);
        assertThat(cluster.news()).contains("SelectedPods/shop/db.shop.internal");
        assertThat(cluster.last(SelectedPods.class).getPods()).containsExactly("db-0");

        cluster.delete("serviceentries", "shop", "db");
        assertThat(cluster.news()).contains("gone SelectedPods/shop/db.shop.internal");
    }

    @Test
    void aDeletedPodTakesAlongWhatOthersToldOfIt() {
        TestCluster cluster = TestCluster.of(pod("shop", "web-1") + pod("shop", "web-2"));
        cluster.book.inherit(keys(
                "ProxyConfig/shop/web-1",
                "ProxyConfig/shop/web-2",
                "TrustBundle/PROXY/shop/web-1",
                "ConfigDrift/shop/web-1",
                "LogSignals/proxy/shop/web-1",
                "proxy-status/shop/web-1/istiod-1"));

        cluster.delete("pods", "shop", "web-1");

        assertThat(cluster.news())
                .containsExactly(
                        "gone ConfigDrift/shop/web-1",
                        "gone LogSignals/proxy/shop/web-1",
                        "gone ProxyConfig/shop/web-1",
                        "gone TrustBundle/PROXY/shop/web-1",
                        "gone Workload/shop/web-1");
    }

    @Test
    void aDeletedIstiodTakesAlongAllThatItTold() {
        TestCluster cluster = TestCluster.of(istiod("istiod-1") + istiod("istiod-2"));
        cluster.book.inherit(keys(
                "IstiodInstance/istio-system/istiod-1",
                "RemoteClusterStatus/istio-system/istiod-1",
                "NetworkGateways/istio-system/istiod-1",
                "ServiceRegistry/istio-system/istiod-1",
                "LogSignals/istiod/istio-system/istiod-1",
                "EndpointShards/shop/web/istiod-1",
                "EndpointShards/shop/web/istiod-2",
                "proxy-status/shop/web-1/istiod-1",
                "proxy-status/shop/web-1/istiod-2"));

        cluster.delete("pods", "istio-system", "istiod-1");

        assertThat(cluster.news())
                .filteredOn(line -> line.startsWith("gone"))
                .containsExactly(
                        "gone EndpointShards/shop/web/istiod-1",
                        "gone IstiodInstance/istio-system/istiod-1",
                        "gone LogSignals/istiod/istio-system/istiod-1",
                        "gone NetworkGateways/istio-system/istiod-1",
                        "gone RemoteClusterStatus/istio-system/istiod-1",
                        "gone ServiceRegistry/istio-system/istiod-1",
                        "gone proxy-status/shop/web-1/istiod-1");
    }

    @Test
    void everythingIsPresentedAgainWithinTheRefreshAtThePresentTime() {
        TestCluster cluster = TestCluster.of(namespace("shop", "") + pod("shop", "web-1") + ROUTE);
        cluster.pass(Duration.ofMinutes(11));

        for (int part = 0; part < ObjectsSettings.DEFAULT.refreshParts(); part++) {
            cluster.objects.refresh();
        }

        assertThat(cluster.news())
                .containsExactly(
                        "ClusterProfile",
                        "IstioResource/networking.istio.io/VirtualService/shop/web",
                        "NamespaceProfile/shop",
                        "Workload/shop/web-1");
        Instant now = Instant.parse("2026-08-22T15:11:00Z");
        assertThat(cluster.last(Workload.class).getHeader().getObservedAt()).isEqualTo(now);
        assertThat(cluster.last(IstioResource.class).getHeader().getObservedAt())
                .isEqualTo(now);
    }

    @Test
    void whatIsFreshIsNotToldAgain() {
        TestCluster cluster = TestCluster.of(pod("shop", "web-1") + ROUTE);
        cluster.pass(Duration.ofMinutes(5));

        for (int part = 0; part < ObjectsSettings.DEFAULT.refreshParts(); part++) {
            cluster.objects.refresh();
        }

        assertThat(cluster.news()).isEmpty();
    }

    @Test
    void whatIsNotWatchedAtPresentIsNotSaidToBeSoNow() {
        TestCluster cluster = TestCluster.of(namespace("shop", "") + pod("shop", "web-1") + ROUTE);
        cluster.pass(Duration.ofMinutes(11));
        cluster.state("pods", SourceState.UNREACHABLE);
        cluster.state("virtualservices", SourceState.FORBIDDEN);

        for (int part = 0; part < ObjectsSettings.DEFAULT.refreshParts(); part++) {
            cluster.objects.refresh();
        }

        assertThat(cluster.news()).isEmpty();
    }

    @Test
    void aPageThatWasToldAfterItsPodWasDeletedIsTakenBackLater() {
        TestCluster cluster = TestCluster.of(pod("shop", "web-1"));
        cluster.book.inherit(keys("ProxyConfig/shop/web-0"));

        cluster.objects.refresh();

        assertThat(cluster.news()).containsExactly("gone ProxyConfig/shop/web-0");
    }

    @Test
    void anEventThatWasThereBeforeUsIsToldAsOfItsOwnTime() {
        TestCluster cluster = new TestCluster();
        cluster.see(event("a", 3, "2026-08-22T14:10:00Z") + event("b", 4, "2026-08-22T14:20:00Z"));
        assertThat(cluster.times(WebhookError.class))
                .as("before the list ended")
                .isZero();

        cluster.list("events");

        WebhookError error = cluster.last(WebhookError.class);
        assertThat(error.getCount()).isEqualTo(7);
        assertThat(error.getLastAt()).isEqualTo("2026-08-22T14:20:00Z");
        assertThat(error.getHeader().getObservedAt()).isEqualTo("2026-08-22T14:20:00Z");
        assertThat(cluster.times(WebhookError.class)).isOne();
    }

    @Test
    void aGrowingCountReplacesTheOlderOneOfTheSameEvent() {
        TestCluster cluster =
                TestCluster.of(event("a", 3, "2026-08-22T14:10:00Z") + event("b", 4, "2026-08-22T14:20:00Z"));

        cluster.see(event("a", 5, "2026-08-22T15:00:00Z"));

        assertThat(cluster.last(WebhookError.class).getCount()).isEqualTo(9);
        assertThat(cluster.last(WebhookError.class).getFirstAt()).isEqualTo("2026-08-22T14:00:00Z");
        assertThat(cluster.last(WebhookError.class).getLastAt()).isEqualTo("2026-08-22T15:00:00Z");
    }

    @Test
    void anEventThatIsListedAgainIsNotCountedTwice() {
        TestCluster cluster = TestCluster.of(event("a", 3, "2026-08-22T14:10:00Z"));

        cluster.see(event("a", 3, "2026-08-22T14:10:00Z"));

        assertThat(cluster.news()).isEmpty();
    }

    @Test
    void anEventThatExpiredHappenedAllTheSameAndIsNotCountedInTheNextOne() {
        TestCluster cluster = TestCluster.of(event("a", 3, "2026-08-22T14:10:00Z"));

        cluster.delete("events", "shop", "a");
        assertThat(cluster.news()).isEmpty();

        cluster.see(event("b", 1, "2026-08-22T15:20:00Z"));
        assertThat(cluster.last(WebhookError.class).getCount()).isOne();
    }

    @Test
    void isTheDirectoryOfPods() {
        TestCluster cluster = TestCluster.of(pod("shop", "web-2")
                + pod("shop", "web-1")
                + pod("shop", "job-1").replace("phase: Running", "phase: Succeeded")
                + istiod("istiod-1")
                + istiod("istiod-2").replace("phase: Running", "phase: Pending")
                + agent("cni-1", "n1"));
        List<String> deleted = new ArrayList<>();
        cluster.objects.onDeleted(pod -> deleted.add(pod.key()));

        assertThat(cluster.objects.proxies()).extracting(Pod::name).containsExactly("web-1", "web-2");
        assertThat(cluster.objects.istiods()).extracting(Pod::name).containsExactly("istiod-1");
        assertThat(cluster.objects.cniAgents()).extracting(Pod::name).containsExactly("cni-1");
        assertThat(cluster.objects.pod("shop", "web-1")).isPresent();
        assertThat(cluster.objects.complete()).isTrue();

        cluster.delete("pods", "shop", "web-1");
        cluster.delete("pods", "shop", "web-1");

        assertThat(deleted).containsExactly("shop/web-1");
        assertThat(cluster.objects.pod("shop", "web-1")).isEmpty();
    }

    @Test
    void aServiceThatIsListedAgainUnchangedIsNotToldAgain() {
        TestCluster cluster = TestCluster.of(service("shop", "web"));

        cluster.see(service("shop", "web"));
        cluster.listAll();

        assertThat(cluster.news()).isEmpty();
    }

    private static List<FactKey> keys(String... shortened) {
        return Stream.of(shortened).map(TestCluster::key).toList();
    }
}
