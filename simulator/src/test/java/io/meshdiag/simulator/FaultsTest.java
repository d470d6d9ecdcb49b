package io.meshdiag.simulator;

import static io.meshdiag.simulator.Archives.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The single-fault scenarios have the healthy one's fleet: what differs between the archives is the fault. */
class FaultsTest {
    private static Archives healthy;

    @BeforeAll
    static void writeTheHealthyFleet() {
        healthy = Archives.of(Scenario.bundled("healthy-5"));
    }

    @Test
    void anOwnRootShowsWhereverTheClusterShowsItsTrustAndNowhereElse() {
        Archives archives = Archives.of(Scenario.bundled("own-root"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .containsExactly(
                        "us-west-2 cluster/k8s-cluster-resources",
                        "us-west-2 cluster/k8s-resources",
                        "us-west-2 cluster/secrets",
                        "us-west-2 istio/istio-system/istiod/metrics",
                        "us-west-2 proxies/istio-system/istio-eastwestgateway/certs",
                        "us-west-2 proxies/istio-system/istio-eastwestgateway/config_dump?include_eds",
                        "us-west-2 proxies/payments/checkout/certs",
                        "us-west-2 proxies/payments/checkout/config_dump?include_eds",
                        "us-west-2 proxies/shop/cart/certs",
                        "us-west-2 proxies/shop/cart/config_dump?include_eds",
                        "us-west-2 proxies/shop/catalog/certs",
                        "us-west-2 proxies/shop/catalog/config_dump?include_eds",
                        "us-west-2 proxies/shop/frontend/certs",
                        "us-west-2 proxies/shop/frontend/config_dump?include_eds");
        assertThat(archives.files("us-west-2").get("cluster/secrets"))
                .contains("istio-ca-secret")
                .doesNotContain("cacerts");
    }

    @Test
    void aRotationLeavesProxiesWithTheCertificateAndTheRootsThatTheyHad() {
        Archives waiting = Archives.of(Scenario.bundled("root-rotation"));
        Archives wrong = Archives.of(Scenario.bundled("root-rotation-wrong-order"));
        // Then
        assertThat(roots(waiting, "eu-west-1")).hasSize(7).allMatch(pem -> certificates(pem) == 2);
        assertThat(roots(waiting, "us-east-1"))
                .containsOnly(roots(waiting, "eu-central-1").get(0));
        assertThat(chains(waiting, "eu-west-1")).hasSize(2);
        assertThat(chains(waiting, "us-east-1")).hasSize(1);
        assertThat(waiting.dumps("eu-west-1", "shop").stream()
                        .map(FaultsTest::trusted)
                        .distinct())
                .hasSize(1);
        assertThat(roots(wrong, "eu-west-1")).allMatch(pem -> certificates(pem) == 1);
        assertThat(roots(wrong, "us-east-1")).isEqualTo(roots(healthy, "us-east-1"));
        assertThat(Stream.of("shop", "payments", "istio-system")
                        .flatMap(namespace -> wrong.dumps("eu-west-1", namespace).stream())
                        .map(FaultsTest::trusted)
                        .distinct())
                .as("roots of proxies: those with an old certificate have the old root")
                .hasSize(2);
    }

    @Test
    void aRootThatEndsShowsInEveryClusterAndAnIntermediateInItsOwn() {
        assertThat(Archives.of(Scenario.bundled("root-expiring")).differencesFrom(healthy))
                .contains(
                        "ap-south-1 istio/istio-system/istiod/metrics", "us-west-2 istio/istio-system/istiod/metrics");
        assertThat(Archives.of(Scenario.bundled("ca-expiring")).differencesFrom(healthy))
                .allMatch(file -> file.startsWith("us-east-1 "))
                .doesNotContain("us-east-1 cluster/k8s-resources")
                .contains("us-east-1 istio/istio-system/istiod/metrics", "us-east-1 proxies/shop/cart/certs");
    }

    @Test
    void aTwinHasTheNameOfTheRootAndAnotherKey() {
        Archives archives = Archives.of(Scenario.bundled("root-twin"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .allMatch(file -> file.startsWith("ap-south-1 "))
                .contains("ap-south-1 cluster/k8s-resources", "ap-south-1 proxies/shop/cart/config_dump?include_eds")
                .doesNotContain("ap-south-1 cluster/secrets");
    }

    @Test
    void aStaleRootIsInTheNamespacesThatTheFaultNames() {
        assertThat(Archives.of(Scenario.bundled("root-configmap-stale")).differencesFrom(healthy))
                .containsExactly("eu-central-1 cluster/k8s-resources");
    }

    @Test
    void aTrustDomainShowsInMeshConfigAndIdentities() {
        Archives archives = Archives.of(Scenario.bundled("trust-domain"));
        Archives aliased = Archives.of(Scenario.bundled("trust-domain-aliased"));
        // Then
        assertThat(archives.pages("us-west-2", "mesh")).hasSize(2).allSatisfy(page -> {
            assertThat(page.path("trustDomain").asText()).isEqualTo("us.retail.example");
            assertThat(page.has("trustDomainAliases")).isFalse();
        });
        assertThat(archives.files("us-west-2").get("cluster/k8s-resources")).contains("trustDomain: us.retail.example");
        assertThat(archives.files("us-west-2").entrySet().stream()
                        .filter(file -> file.getKey().endsWith("/certs"))
                        .map(file -> file.getValue()))
                .isNotEmpty()
                .allMatch(page -> page.contains("spiffe://us.retail.example/ns/"));
        assertThat(aliased.pages("eu-west-1", "mesh")).allSatisfy(page -> assertThat(
                        page.path("trustDomainAliases").get(0).asText())
                .isEqualTo("us.retail.example"));
    }

    @Test
    void aCertificateThatIsNotRenewedIsOldAndItsProxySaysWhy() {
        Archives archives = Archives.of(Scenario.bundled("certificates-not-renewed"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .containsExactly(
                        "eu-west-1 proxies/shop/cart/certs",
                        "eu-west-1 proxies/shop/cart/config_dump?include_eds",
                        "eu-west-1 proxies/shop/cart/istio-proxy.log",
                        "eu-west-1 proxies/shop/catalog/certs",
                        "eu-west-1 proxies/shop/catalog/config_dump?include_eds",
                        "eu-west-1 proxies/shop/catalog/istio-proxy.log",
                        "eu-west-1 proxies/shop/frontend/certs",
                        "eu-west-1 proxies/shop/frontend/config_dump?include_eds",
                        "eu-west-1 proxies/shop/frontend/istio-proxy.log");
    }

    @Test
    void aClockThatIsBehindShowsInTheLogsOfItsNode() {
        assertThat(Archives.of(Scenario.bundled("clock-behind")).differencesFrom(healthy))
                .isNotEmpty()
                .allMatch(file -> file.startsWith("ap-south-1 ") && file.endsWith("/istio-proxy.log"));
    }

    @Test
    void proxiesWithoutAWayToIstiodAreMissingThereAndSayWhy() {
        assertThat(Archives.of(Scenario.bundled("control-plane-port-closed")).differencesFrom(healthy))
                .anyMatch(file -> file.endsWith("/debug/syncz"))
                .anyMatch(file -> file.endsWith("/istio-proxy.log"))
                .allMatch(file -> file.startsWith("eu-west-1 "));
    }

    /** What each namespace's ConfigMap holds. */
    private static List<String> roots(Archives archives, String cluster) {
        return archives.objects(cluster, "cluster/k8s-resources", "ConfigMap").stream()
                .map(map -> map.path("data").path("root-cert.pem").asText())
                .filter(pem -> !pem.isEmpty())
                .toList();
    }

    private static int certificates(String pem) {
        return pem.split("BEGIN CERTIFICATE", -1).length - 1;
    }

    /** Certificates' chains above the leaf: the issuer's part of what proxies present. */
    private static List<String> chains(Archives archives, String cluster) {
        return Stream.of("shop", "payments", "istio-system")
                .flatMap(namespace -> archives.dumps(cluster, namespace).stream())
                .map(dump -> pem(dump, "certificate_chain"))
                .map(pem -> pem.substring(pem.indexOf("-----END CERTIFICATE-----")))
                .distinct()
                .toList();
    }

    private static String trusted(JsonNode dump) {
        return pem(dump, "trusted_ca");
    }

    private static String pem(JsonNode dump, String field) {
        String encoded =
                section(dump, "Secrets").findValue(field).path("inline_bytes").asText();
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    @Test
    void aMissingRemoteSecretBlindsOneClusterInOneDirection() {
        Archives archives = Archives.of(Scenario.bundled("remote-secret-missing"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .allSatisfy(file -> assertThat(file).startsWith("eu-central-1 "))
                .contains(
                        "eu-central-1 cluster/secrets",
                        "eu-central-1 istio/istio-system/istiod/debug/clusterz",
                        "eu-central-1 istio/istio-system/istiod/debug/endpointShardz",
                        "eu-central-1 istio/istio-system/istiod/debug/networkz",
                        "eu-central-1 istio/istio-system/istiod/debug/registryz",
                        "eu-central-1 istio/istio-system/istiod/discovery.log",
                        "eu-central-1 proxies/shop/cart/config_dump?include_eds")
                .doesNotContain(
                        "eu-central-1 cluster/k8s-resources", "eu-central-1 istio/istio-system/istiod/debug/syncz");
        assertThat(archives.pages("eu-central-1", "clusterz")).hasSize(2).allSatisfy(page -> assertThat(
                        page.findValuesAsText("id"))
                .containsExactly("eu-central-1", "ap-south-1", "eu-west-1", "us-west-2"));
        assertThat(archives.files("eu-central-1").get("cluster/secrets"))
                .doesNotContain("istio-remote-secret-us-east-1");
        assertThat(archives.files("us-east-1").get("cluster/secrets")).contains("istio-remote-secret-eu-central-1");
        assertThat(archives.pages("eu-central-1", "endpointShardz")).allSatisfy(page -> {
            JsonNode shards =
                    page.path("cart.shop.svc.cluster.local").path("shop").path("Shards");
            assertThat(shards.fieldNames()).toIterable().doesNotContain("Kubernetes/us-east-1");
            assertThat(shards.fieldNames()).toIterable().contains("Kubernetes/us-west-2");
        });
        assertThat(archives.dumps("eu-central-1", "shop"))
                .allSatisfy(dump -> assertThat(section(dump, "Endpoints").findValuesAsText("workload"))
                        .contains(";;;;us-west-2")
                        .doesNotContain(";;;;us-east-1"));
    }

    @Test
    void aRefusedEnvoyFilterShowsAtIstiodAndAtTheProxiesThatRefuseIt() {
        Archives archives = Archives.of(Scenario.bundled("envoyfilter-rejected"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .containsExactly(
                        "us-east-1 cluster/crs",
                        "us-east-1 istio/istio-system/istiod/debug/configz",
                        "us-east-1 istio/istio-system/istiod/debug/syncz",
                        "us-east-1 istio/istio-system/istiod/discovery.log",
                        "us-east-1 istio/istio-system/istiod/metrics",
                        "us-east-1 proxies/shop/cart/config_dump?include_eds",
                        "us-east-1 proxies/shop/cart/istio-proxy.log",
                        "us-east-1 proxies/shop/cart/stats/prometheus",
                        "us-east-1 proxies/shop/catalog/config_dump?include_eds",
                        "us-east-1 proxies/shop/catalog/istio-proxy.log",
                        "us-east-1 proxies/shop/catalog/stats/prometheus",
                        "us-east-1 proxies/shop/frontend/config_dump?include_eds",
                        "us-east-1 proxies/shop/frontend/istio-proxy.log",
                        "us-east-1 proxies/shop/frontend/stats/prometheus");
        List<JsonNode> listeners = archives.pages("us-east-1", "syncz").stream()
                .flatMap(page -> StreamSupport.stream(page.spliterator(), false))
                .filter(proxy -> proxy.path("proxy").asText().endsWith(".shop"))
                .map(proxy -> proxy.path("resources").path("type.googleapis.com/envoy.config.listener.v3.Listener"))
                .toList();
        assertThat(listeners).hasSize(7).allSatisfy(state -> {
            assertThat(state.path("lastError").asText())
                    .startsWith("Error adding/updating listener(s) virtualInbound:");
            assertThat(state.path("sent")).isNotEqualTo(state.path("acked"));
            assertThat(state.path("sentTime").asText()).isEqualTo("2026-11-20T09:08:00Z");
        });
        assertThat(archives.dumps("us-east-1", "shop")).hasSize(7).allSatisfy(dump -> {
            assertThat(section(dump, "Listeners").findValues("error_state")).hasSize(1);
            assertThat(section(dump, "Listeners").findValues("active_state")).hasSizeGreaterThan(2);
        });
        assertThat(archives.files("us-east-1").get("cluster/crs")).contains("name: rewrite-headers");
    }

    @Test
    void anOverwrittenCaBundleShowsInTheWebhookAndInWhatTheApiServerSays() {
        Archives archives = Archives.of(Scenario.bundled("ca-bundle-overwritten"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .containsExactly(
                        "eu-west-1 cluster/events",
                        "eu-west-1 cluster/k8s-cluster-resources",
                        "eu-west-1 istio/istio-system/istiod/discovery.log");
        List<String> injector = bundles(archives, "MutatingWebhookConfiguration");
        List<String> validators = bundles(archives, "ValidatingWebhookConfiguration");
        assertThat(injector).hasSize(4).doesNotContainAnyElementsOf(validators);
        assertThat(validators).isEqualTo(bundles(healthy, "ValidatingWebhookConfiguration"));
        assertThat(archives.files("eu-west-1").get("cluster/events"))
                .contains("FailedCreate")
                .contains("x509: certificate signed by unknown authority");
    }

    @Test
    void aStaleProxyHasNoErrorAndAPageThatIsMissingIsNotThere(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("extras.yaml"), """
                name: extras
                mesh: m
                clusters: [{id: a}, {id: b}]
                services: [{namespace: shop, name: cart, replicas: 4}]
                faults:
                  - {type: proxies-stale, cluster: a, namespace: shop, share: 0.5}
                  - {type: collector-blind, cluster: b, pages: [debug/syncz]}
                """);
        // When
        Archives archives = Archives.of(Scenario.load(file));
        // Then
        List<JsonNode> stale = archives.pages("a", "syncz").stream()
                .flatMap(page -> StreamSupport.stream(page.spliterator(), false))
                .filter(proxy -> !proxy.path("endpoint_sent").equals(proxy.path("endpoint_acked")))
                .toList();
        assertThat(stale).hasSize(2).allSatisfy(proxy -> assertThat(proxy.findValues("lastError"))
                .isEmpty());
        assertThat(archives.pages("b", "syncz")).isEmpty();
        assertThat(archives.pages("b", "clusterz")).hasSize(2);
    }

    @Test
    void anExpiredCredentialBlindsAllPeersWhoseIstiodsStartedLater() {
        Archives archives = Archives.of(Scenario.bundled("remote-credential-expired"));
        // Then
        assertThat(archives.files("us-east-1").get("cluster/k8s-resources"))
                .as("the cluster itself is well")
                .isEqualTo(healthy.files("us-east-1").get("cluster/k8s-resources"));
        assertThat(archives.pages("ap-south-1", "clusterz")).hasSize(2).allSatisfy(page -> assertThat(
                        page.findValuesAsText("syncStatus"))
                .containsExactly("synced", "synced", "synced", "timeout", "synced"));
        assertThat(archives.pages("ap-south-1", "endpointShardz"))
                .allSatisfy(page -> assertThat(page.path("cart.shop.svc.cluster.local")
                                .path("shop")
                                .path("Shards")
                                .fieldNames())
                        .toIterable()
                        .doesNotContain("Kubernetes/us-east-1")
                        .contains("Kubernetes/us-west-2"));
        assertThat(log(archives, "ap-south-1"))
                .contains("watch error in cluster us-east-1: failed to list *v1.Pod: Unauthorized");
    }

    @Test
    void aPathThatWasCutLatelyLeavesWhatIstiodKnew() {
        Archives archives = Archives.of(Scenario.bundled("api-server-path-cut"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .containsExactly(
                        "ap-south-1 istio/istio-system/istiod/discovery.log",
                        "ap-south-1 istio/istio-system/istiod/metrics");
        assertThat(log(archives, "ap-south-1")).contains("i/o timeout");
    }

    @Test
    void ofTwoClustersWithOneIdPeersReadOnlyTheOneOfThatName() {
        Archives archives = Archives.of(Scenario.bundled("cluster-id-taken"));
        // Then
        assertThat(archives.pages("eu-west-1", "clusterz")).allSatisfy(page -> assertThat(page.findValuesAsText("id"))
                .containsExactly("eu-west-1", "ap-south-1", "eu-central-1", "us-east-1"));
        assertThat(archives.pages("us-west-2", "clusterz")).allSatisfy(page -> assertThat(page.findValuesAsText("id"))
                .startsWith("us-east-1")
                .doesNotContain("us-west-2"));
        assertThat(log(archives, "us-west-2")).contains("ignoring cluster as it would overwrite the config cluster");
    }

    private static String log(Archives archives, String cluster) {
        return archives.files(cluster).entrySet().stream()
                .filter(file -> file.getKey().endsWith("/discovery.log"))
                .map(file -> file.getValue())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPendingGatewayIsInNoNetworkzAndEnvoysCallPodsInstead() {
        Archives archives = Archives.of(Scenario.bundled("gateway-pending"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .contains(
                        "ap-south-1 cluster/k8s-resources",
                        "eu-west-1 istio/istio-system/istiod/debug/networkz",
                        "eu-west-1 istio/istio-system/istiod/debug/registryz",
                        "eu-west-1 proxies/shop/cart/config_dump?include_eds")
                .doesNotContain(
                        "eu-west-1 cluster/k8s-resources", "eu-west-1 istio/istio-system/istiod/debug/endpointShardz");
        assertThat(archives.pages("eu-west-1", "networkz")).hasSize(2).allSatisfy(page -> assertThat(
                        page.findValuesAsText("Cluster"))
                .contains("us-east-1")
                .doesNotContain("ap-south-1"));
        assertThat(archives.dumps("eu-west-1", "shop"))
                .allSatisfy(dump -> assertThat(section(dump, "Endpoints").findValuesAsText("workload"))
                        .contains("cart;shop;cart;;ap-south-1")
                        .doesNotContain(";;;;ap-south-1"));
    }

    @Test
    void aGatewayThatOnePeerDoesNotListShowsAtThatPeerOnly() {
        Archives archives = Archives.of(Scenario.bundled("gateway-unknown"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .allSatisfy(file -> assertThat(file).startsWith("eu-central-1 "))
                .contains(
                        "eu-central-1 istio/istio-system/istiod/debug/networkz",
                        "eu-central-1 proxies/shop/cart/config_dump?include_eds")
                .doesNotContain(
                        "eu-central-1 istio/istio-system/istiod/debug/clusterz",
                        "eu-central-1 istio/istio-system/istiod/debug/endpointShardz");
    }

    @Test
    void aWrongNetworkLabelIsAGatewayIntoAnotherNetwork() {
        Archives archives = Archives.of(Scenario.bundled("network-label-wrong"));
        // Then
        assertThat(archives.pages("eu-west-1", "networkz"))
                .allSatisfy(page -> assertThat(page.findValuesAsText("Network"))
                        .contains("asia")
                        .doesNotContain("ap"));
    }

    @Test
    void aBlindReplicaDiffersFromTheOtherInEndpointsOnly() {
        Archives archives = Archives.of(Scenario.bundled("replica-blind"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .contains("eu-west-1 istio/istio-system/istiod/debug/endpointShardz")
                .doesNotContain("eu-west-1 istio/istio-system/istiod/debug/clusterz");
        assertThat(archives.pages("eu-west-1", "endpointShardz"))
                .extracting(page -> page.path("cart.shop.svc.cluster.local")
                        .path("shop")
                        .path("Shards")
                        .has("Kubernetes/us-east-1"))
                .containsExactlyInAnyOrder(true, false);
    }

    @Test
    void frozenEndpointsAreInOneClustersIstiodsAndNowhereElse() {
        Archives archives = Archives.of(Scenario.bundled("endpoints-frozen"));
        // Then
        assertThat(endpointsOfCatalogInUsEast1(archives, "eu-west-1")).containsOnly(3);
        assertThat(endpointsOfCatalogInUsEast1(archives, "us-east-1")).containsOnly(1);
        assertThat(endpointsOfCatalogInUsEast1(archives, "us-west-2")).containsOnly(1);
    }

    @Test
    void keptEndpointsAreInTheProxiesOnly() {
        Archives archives = Archives.of(Scenario.bundled("proxy-endpoints-kept"));
        // Then
        assertThat(archives.pages("eu-west-1", "endpointShardz")).isNotEmpty().allSatisfy(page -> assertThat(
                        page.path("catalog.shop.svc.cluster.local")
                                .path("shop")
                                .path("Shards")
                                .path("Kubernetes/eu-central-1"))
                .hasSize(1));
        assertThat(catalogInEuCentral1(archives, "eu-west-1"))
                .containsOnly(1, 3)
                .contains(1, 3);
        assertThat(catalogInEuCentral1(archives, "eu-central-1")).containsOnly(1);
    }

    /** How many pods of it each sidecar of shop has. */
    private static List<Integer> catalogInEuCentral1(Archives archives, String at) {
        return archives.dumps(at, "shop").stream()
                .map(dump -> (int) dump.findValues("workload").stream()
                        .filter(workload -> workload.asText().startsWith("catalog;shop;")
                                && workload.asText().endsWith(";eu-central-1"))
                        .count())
                .toList();
    }

    @Test
    void anEjectedGatewayIsUnhealthyInTheProxiesAndNowhereElse() {
        Archives archives = Archives.of(Scenario.bundled("gateway-ejected"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .isNotEmpty()
                .allMatch(
                        file -> file.startsWith("us-east-1 proxies/shop/") && file.endsWith("config_dump?include_eds"));
    }

    @Test
    void aBlindFailoverIsAnObjectThatIstiodReads() {
        assertThat(Archives.of(Scenario.bundled("failover-blind")).differencesFrom(healthy))
                .containsExactly("eu-west-1 cluster/crs", "eu-west-1 istio/istio-system/istiod/debug/configz");
    }

    @Test
    void podsOfOneNameAreOneEndpointOfAServiceEntry() {
        Archives archives = Archives.of(Scenario.bundled("stateful-collapse"));
        // Then
        assertThat(archives.pages("eu-west-1", "endpointShardz")).isNotEmpty().allSatisfy(page -> {
            JsonNode selected = page.path("db.shop.internal").path("shop").path("Shards");
            assertThat(selected.path("External/eu-west-1")).hasSize(3);
        });
        assertThat(archives.files("eu-central-1").get("cluster/k8s-resources"))
                .contains("kind: StatefulSet", "name: db-2");
        assertThat(archives.pages("us-east-1", "endpointShardz"))
                .allMatch(page -> page.path("db.shop.internal").isMissingNode());
    }

    private static List<Integer> endpointsOfCatalogInUsEast1(Archives archives, String at) {
        return archives.pages(at, "endpointShardz").stream()
                .map(page -> page.path("catalog.shop.svc.cluster.local")
                        .path("shop")
                        .path("Shards")
                        .path("Kubernetes/us-east-1")
                        .size())
                .toList();
    }

    @Test
    void aServiceOnAnotherPortDiffersInItsOwnCluster() {
        Archives archives = Archives.of(Scenario.bundled("service-redefined"));
        // Then
        assertThat(archives.differencesFrom(healthy))
                .contains("us-west-2 cluster/k8s-resources")
                .doesNotContain("us-east-1 cluster/k8s-resources");
    }

    @Test
    void aGatewayThatIsDownOrNotOpenedIsStillListed() {
        Archives down = Archives.of(Scenario.bundled("gateway-down"));
        Archives closed = Archives.of(Scenario.bundled("passthrough-missing"));
        // Then
        assertThat(down.differencesFrom(healthy))
                .contains("ap-south-1 cluster/k8s-resources")
                .doesNotContain("eu-west-1 istio/istio-system/istiod/debug/networkz");
        assertThat(closed.differencesFrom(healthy))
                .contains("us-east-1 cluster/crs")
                .contains("us-east-1 proxies/istio-system/istio-eastwestgateway/config_dump?include_eds")
                .doesNotContain("eu-west-1 istio/istio-system/istiod/debug/networkz");
    }

    @Test
    void overlappingCidrsShowAtTheNodes() {
        Archives archives = Archives.of(Scenario.bundled("cidr-overlap"));
        // Then
        assertThat(archives.differencesFrom(healthy)).isNotEmpty().allSatisfy(file -> assertThat(file)
                .startsWith("us-west-2 cluster/"));
    }

    private static List<String> bundles(Archives archives, String kind) {
        return archives.objects("eu-west-1", "cluster/k8s-cluster-resources", kind).stream()
                .flatMap(webhook -> webhook.findValuesAsText("caBundle").stream())
                .toList();
    }
}
