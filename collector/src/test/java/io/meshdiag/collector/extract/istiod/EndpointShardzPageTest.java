package io.meshdiag.collector.extract.istiod;

import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.AddressSet;
import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointShardzPageTest {
    private static List<EndpointShards> shards(String istioVersion, String page) throws Exception {
        return only(
                EndpointShards.class,
                facts(new EndpointShardzPage(new IstiodPod("istio-system", "istiod-1"), istioVersion), page));
    }

    @Test
    void countsEndpointsBySourceCluster() throws Exception {
        EndpointShards reviews = shards("1.28.1", """
                {"reviews.shop.svc.cluster.local":{"shop":{"Shards":{
                  "Kubernetes/west":[
                    {"Addresses":["10.2.0.1"],"ServicePortName":"http","Network":"net-w","TLSMode":"istio","HealthStatus":1}],
                  "Kubernetes/east":[
                    {"Addresses":["10.1.0.1"],"ServicePortName":"http","Network":"","TLSMode":"istio","HealthStatus":1},
                    {"Addresses":["10.1.0.2"],"ServicePortName":"http","Network":"","TLSMode":"disabled","HealthStatus":2},
                    {"Addresses":["10.1.0.1"],"ServicePortName":"grpc","Network":"","TLSMode":"istio","HealthStatus":1}]},
                  "ServiceAccounts":{}}}}""").get(0);

        assertThat(reviews.getNamespace()).isEqualTo("shop");
        assertThat(reviews.getService()).isEqualTo("reviews");
        assertThat(reviews.getHostname()).isEqualTo("reviews.shop.svc.cluster.local");
        assertThat(reviews.getShards())
                .containsExactly(
                        new EndpointShard(
                                "Kubernetes", "east", 2, 1, 1, List.of(""), 2, digest("10.1.0.2", "10.1.0.1")),
                        new EndpointShard("Kubernetes", "west", 1, 1, 0, List.of("net-w"), 1, digest("10.2.0.1")));
    }

    @Test
    void keepsTheFullNameOfHostsThatAreNoKubernetesService() throws Exception {
        assertThat(shards(null, """
                {"api.example.com":{"shop":{"Shards":{}}}, "api.example.org":{"shop":{"Shards":{}}}}"""))
                .extracting(EndpointShards::getService)
                .containsExactly("api.example.com", "api.example.org");
    }

    @Test
    void knowsThatHealthWasNumberedFromZeroBefore118() throws Exception {
        String page = """
                {"a.b.svc.cluster.local":{"b":{"Shards":{"Kubernetes/c1":[
                  {"Address":"10.0.0.1","HealthStatus":0},{"Address":"10.0.0.2","HealthStatus":1}]}}}}""";

        assertThat(shards("1.17.8", page).get(0).getShards().get(0).getHealthy())
                .isEqualTo(1);
        assertThat(shards("1.18.0", page).get(0).getShards().get(0).getHealthy())
                .isEqualTo(2);
        assertThat(shards(null, page).get(0).getShards().get(0).getHealthy()).isEqualTo(2);
    }

    @Test
    void readsTheOldFormatOfEndpointz() throws Exception {
        List<EndpointShards> services = shards("1.15.0", """
                [{"svc":"a.b.svc.cluster.local:http","ep":[
                   {"service":{"hostname":"a.b.svc.cluster.local","Attributes":{"ServiceRegistry":"Kubernetes","Namespace":"b"}},
                    "servicePort":{"name":"http","port":80},"endpoint":{"Address":"10.0.0.1","Locality":{"ClusterID":"c1"},"TLSMode":"istio"}}]},
                 {"svc":"a.b.svc.cluster.local:grpc","ep":[
                   {"service":{"hostname":"a.b.svc.cluster.local","Attributes":{"ServiceRegistry":"Kubernetes","Namespace":"b"}},
                    "servicePort":{"name":"grpc","port":90},"endpoint":{"Address":"10.0.0.1","Locality":{"ClusterID":"c1"},"TLSMode":"istio"}}]},
                 {"svc":"x.b.svc.cluster.local:http","ep":[]}]""");

        assertThat(services).hasSize(1);
        assertThat(services.get(0).getShards())
                .containsExactly(new EndpointShard("Kubernetes", "c1", 1, 1, 0, List.of(""), 1, digest("10.0.0.1")));
    }

    @Test
    void takesTheFirstAddressOfADualStackPodAsEnvoyDoes() throws Exception {
        assertThat(shards("1.28.1", """
                        {"a.b.svc.cluster.local":{"b":{"Shards":{"Kubernetes/c1":[
                          {"Addresses":["10.0.0.1","fd00::1"],"TLSMode":"istio","HealthStatus":1}]}}}}""").get(0).getShards())
                .containsExactly(new EndpointShard("Kubernetes", "c1", 1, 1, 0, List.of(""), 1, digest("10.0.0.1")));
    }

    private static long digest(String... addresses) {
        AddressSet set = new AddressSet();
        List.of(addresses).forEach(set::add);
        return set.digest();
    }
}
