package io.meshdiag.collector.extract.istiod;

import static io.meshdiag.collector.extract.TestPages.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RegistryCluster;
import io.meshdiag.fact.ServiceRegistry;
import org.junit.jupiter.api.Test;

class RegistryzPageTest {
    private static final String CART = """
            {"Attributes":{"ServiceRegistry":"Kubernetes","Name":"cart","Namespace":"shop","ExportTo":{"*":{}},"Aliases":null,
              "ClusterExternalAddresses":{"Addresses":{"north":["1.2.3.4"]}}},
             "ports":[{"name":"http","port":80,"protocol":"HTTP"}],"hostname":"cart.shop.svc.cluster.local",
             "clusterVIPs":{"Addresses":{"east":["10.0.0.1"],"west":["10.8.0.9","fd00::9"]}},
             "defaultAddress":"10.0.0.1","Resolution":0,"MeshExternal":false}""";

    private static final String LEDGER = """
            {"hostname":"ledger.shop.svc.cluster.local","clusterVIPs":{"Addresses":{"west":["0.0.0.0"]}},
             "Attributes":{"ServiceRegistry":"Kubernetes","Name":"ledger","Namespace":"shop"}}""";

    private static final String EXTERNAL = """
            {"Attributes":{"ServiceRegistry":"External","Name":"api.example.com","Namespace":"shop"},"hostname":"api.example.com",
             "clusterVIPs":{"Addresses":{"east":["240.240.0.3"]}},"Resolution":1,"MeshExternal":true}""";

    @Test
    void countsServicesByClusterAndByRegistry() throws Exception {
        ServiceRegistry registry = registry("[" + CART + "," + LEDGER + "," + EXTERNAL + "]");

        assertThat(registry.getIstiod()).isEqualTo("istiod-1");
        assertThat(registry.getServices()).isEqualTo(3);
        assertThat(registry.getRegistries())
                .containsExactly(new NamedCount("External", 1L), new NamedCount("Kubernetes", 2L));
        assertThat(registry.getClusters())
                .extracting(RegistryCluster::getClusterId, RegistryCluster::getServices)
                .as("neither addresses elsewhere nor those of a ServiceEntry make a Service of a cluster")
                .containsExactly(tuple("east", 1), tuple("west", 2));
        assertThat(registry.getClustersCount()).isEqualTo(2);
    }

    @Test
    void isTheSameFactWhateverTheOrder() throws Exception {
        assertThat(registry("[" + LEDGER + "," + CART + "]").getHeader().getContentHash())
                .isEqualTo(registry("[" + CART + "," + LEDGER + "]").getHeader().getContentHash());
    }

    @Test
    void tellsAsManyOtherServicesApart() throws Exception {
        RegistryCluster cart = registry("[" + CART + "]").getClusters().get(1);
        RegistryCluster ledger = registry("[" + LEDGER + "]").getClusters().get(0);

        assertThat(cart.getServices()).isEqualTo(ledger.getServices());
        assertThat(cart.getHostDigest()).isNotEqualTo(ledger.getHostDigest());
    }

    @Test
    void namesAtMostFiveHundredClusters() throws Exception {
        StringBuilder addresses = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            addresses.append(i == 0 ? "" : ",").append("\"c").append(i).append("\":[\"10.0.0.1\"]");
        }

        ServiceRegistry registry = registry(
                "[{\"hostname\":\"a.b.svc.cluster.local\",\"clusterVIPs\":{\"Addresses\":{" + addresses + "}}}]");

        assertThat(registry.getClusters()).hasSize(500);
        assertThat(registry.getClustersCount()).isEqualTo(600);
    }

    @Test
    void anIstiodWithoutServicesSaysSo() throws Exception {
        assertThat(registry("null").getServices()).isZero();
        assertThat(registry("[]").getClusters()).isEmpty();
    }

    private static ServiceRegistry registry(String page) throws Exception {
        return (ServiceRegistry) facts(new RegistryzPage(new IstiodPod("istio-system", "istiod-1")), page)
                .get(0);
    }
}
