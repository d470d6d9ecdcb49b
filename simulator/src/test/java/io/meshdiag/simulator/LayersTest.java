package io.meshdiag.simulator;

import static io.meshdiag.simulator.Archives.section;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What objects say, what istiod says and what Envoy says must be the same truth in a healthy fleet. */
class LayersTest {
    private static final String HOST = "cart.shop.svc.cluster.local";

    private static Archives demo;
    private static Archives healthy;

    @BeforeAll
    static void writeTheFleets() {
        demo = Archives.of(Scenario.bundled("demo"));
        healthy = Archives.of(Scenario.bundled("healthy-5"));
    }

    @Test
    void istiodKnowsTheAddressesOfTheOwnersEndpointSlices() {
        List<String> ready = healthy.objects("us-east-1", "cluster/k8s-resources", "EndpointSlice").stream()
                .filter(slice -> slice.at("/metadata/labels/kubernetes.io~1service-name")
                        .asText()
                        .equals("cart"))
                .flatMap(slice -> slice.path("endpoints").findValues("addresses").stream())
                .map(addresses -> addresses.get(0).asText())
                .toList();
        // Then
        assertThat(ready).hasSize(2);
        for (String observer : healthy.all().keySet()) {
            assertThat(healthy.pages(observer, "endpointShardz")).hasSize(2).allSatisfy(page -> assertThat(
                            page.path(HOST)
                                    .path("shop")
                                    .path("Shards")
                                    .path("Kubernetes/us-east-1")
                                    .findValues("Addresses"))
                    .map(addresses -> addresses.get(0).asText())
                    .containsExactlyElementsOf(ready));
        }
    }

    @Test
    void envoyReachesItsOwnNetworkDirectlyAndOthersThroughTheirGateway() {
        JsonNode dump = healthy.dumps("us-east-1", "shop").get(0);
        Map<String, String> addressByWorkload = new TreeMap<>();
        StreamSupport.stream(
                        section(dump, "Endpoints")
                                .path("dynamic_endpoint_configs")
                                .spliterator(),
                        false)
                .filter(config ->
                        config.at("/endpoint_config/cluster_name").asText().equals("outbound|8080||" + HOST))
                .flatMap(config -> config.findValues("lb_endpoints").stream())
                .flatMap(endpoints -> StreamSupport.stream(endpoints.spliterator(), false))
                .forEach(endpoint -> addressByWorkload.put(
                        endpoint.at("/metadata/filter_metadata/istio/workload").asText(),
                        endpoint.at("/endpoint/address/socket_address/address").asText()));
        // Then
        assertThat(addressByWorkload.keySet())
                .containsExactly(
                        ";;;;ap-south-1",
                        ";;;;eu-central-1",
                        ";;;;eu-west-1",
                        "cart;shop;cart;;us-east-1",
                        "cart;shop;cart;;us-west-2");
        assertThat(addressByWorkload.get(";;;;eu-west-1")).isEqualTo("203.0.113.10");
        assertThat(addressByWorkload.get("cart;shop;cart;;us-west-2")).startsWith("10.13.");
    }

    @Test
    void everyProxyIsConnectedToExactlyOneReplica() {
        List<String> connected = demo.pages("eu-west-1", "syncz").stream()
                .flatMap(page -> page.findValuesAsText("proxy").stream())
                .toList();
        List<String> injected = demo.objects("eu-west-1", "cluster/k8s-resources", "Pod").stream()
                .filter(pod -> pod.path("metadata").path("annotations").has("sidecar.istio.io/status"))
                .map(pod -> pod.at("/metadata/name").asText() + "."
                        + pod.at("/metadata/namespace").asText())
                .toList();
        List<String> vms = List.of("pricing-legacy-1.shop", "pricing-legacy-2.shop", "pricing-legacy-3.shop");
        // Then
        assertThat(connected)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(injected.stream(), vms.stream()).toList());
        assertThat(demo.objects("eu-west-1", "cluster/crs", "WorkloadEntry")).hasSize(3);
        assertThat(demo.objects("eu-west-1", "cluster/crs", "WorkloadGroup")).hasSize(1);
    }

    @Test
    void theNetworkIsTheSameOnNamespaceGatewayAndNetworkz() {
        JsonNode namespace = healthy.objects("ap-south-1", "cluster/k8s-cluster-resources", "Namespace").stream()
                .filter(each -> each.at("/metadata/name").asText().equals("istio-system"))
                .findFirst()
                .orElseThrow();
        JsonNode gateway = healthy.objects("ap-south-1", "cluster/k8s-resources", "Service").stream()
                .filter(each -> each.at("/metadata/name").asText().equals("istio-eastwestgateway"))
                .findFirst()
                .orElseThrow();
        // Then
        String label = "/metadata/labels/topology.istio.io~1network";
        assertThat(namespace.at(label).asText()).isEqualTo("ap");
        assertThat(gateway.at(label).asText()).isEqualTo("ap");
        String address = gateway.at("/status/loadBalancer/ingress/0/ip").asText();
        assertThat(healthy.pages("eu-west-1", "networkz")).allSatisfy(page -> assertThat(page.toString())
                .contains("{\"Network\":\"ap\",\"Cluster\":\"ap-south-1\",\"Addr\":\"" + address + "\""));
    }

    @Test
    void oneNetworkNeedsNoGateways() {
        var healthyPair = BenchmarkScenario.of(1, 2, 2);
        // When
        Archives archives = Archives.of(healthyPair);
        // Then
        assertThat(archives.pages("cluster-1", "networkz"))
                .allSatisfy(page -> assertThat(page.isNull()).isTrue());
        assertThat(archives.files("cluster-1").get("cluster/k8s-resources")).doesNotContain("istio-eastwestgateway");
    }
}
