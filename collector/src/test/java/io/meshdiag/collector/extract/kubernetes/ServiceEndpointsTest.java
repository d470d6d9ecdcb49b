package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.ServiceEndpoints;
import org.junit.jupiter.api.Test;

class ServiceEndpointsTest {
    private static final String WEB = """
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {ports: [{name: http, port: 80}], selector: {app: web}}
            ---
            """;

    @Test
    void anEndpointWithoutAReadyConditionIsReady() throws Exception {
        ServiceEndpoints web = Kube.one(ServiceEndpoints.class, WEB + """
                kind: EndpointSlice
                metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints:
                - {addresses: [10.0.0.1]}
                - {addresses: [10.0.0.2], conditions: {ready: null}}
                - {addresses: [10.0.0.3], conditions: {ready: false}}
                """);

        assertThat(web.getReady()).isEqualTo(2);
        assertThat(web.getNotReady()).isEqualTo(1);
        assertThat(web.getReadyWithProxy()).as("no pod was visible").isNull();
    }

    @Test
    void aDualStackPodIsOneEndpoint() throws Exception {
        ServiceEndpoints web = Kube.one(ServiceEndpoints.class, WEB + """
                kind: EndpointSlice
                metadata: {name: web-4, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints: [{addresses: [10.0.0.1], targetRef: {kind: Pod, name: web-1}}]
                ---
                kind: EndpointSlice
                metadata: {name: web-6, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints: [{addresses: ['fd00::1'], targetRef: {kind: Pod, name: web-1}}]
                """);

        assertThat(web.getReady()).isEqualTo(1);
    }

    @Test
    void countsByThePodsNetworkAndProxy() throws Exception {
        ServiceEndpoints web = Kube.one(ServiceEndpoints.class, WEB + """
                kind: Pod
                metadata: {name: web-1, namespace: shop, labels: {topology.istio.io/network: n1}}
                spec: {containers: [{name: web}, {name: istio-proxy}]}
                ---
                kind: Pod
                metadata: {name: web-2, namespace: shop}
                spec: {containers: [{name: web}]}
                ---
                kind: EndpointSlice
                metadata: {name: web-4, namespace: shop, labels: {kubernetes.io/service-name: web}}
                endpoints:
                - {addresses: [10.0.0.1], targetRef: {kind: Pod, name: web-1}}
                - {addresses: [10.0.0.2], targetRef: {kind: Pod, name: web-2}}
                """);

        assertThat(web.getReadyWithProxy()).isEqualTo(1);
        assertThat(web.getByNetwork())
                .extracting(n -> n.getNetwork() + "=" + n.getReady())
                .containsExactly("=1", "n1=1");
    }

    @Test
    void theOlderKindEndpointsIsReadWhereThereAreNoSlices() throws Exception {
        ServiceEndpoints web = Kube.one(ServiceEndpoints.class, WEB + """
                kind: Endpoints
                metadata: {name: web, namespace: shop}
                subsets: [{addresses: [{ip: 10.0.0.1}], notReadyAddresses: [{ip: 10.0.0.2}]}]
                """);

        assertThat(web.getReady()).isEqualTo(1);
        assertThat(web.getNotReady()).isEqualTo(1);
    }

    @Test
    void aHeadlessServiceIsToldAndHasAnotherSpecHash() throws Exception {
        ServiceEndpoints headless =
                Kube.one(ServiceEndpoints.class, WEB.replace("spec: {", "spec: {clusterIP: None, "));
        ServiceEndpoints normal = Kube.one(ServiceEndpoints.class, WEB);

        assertThat(headless.getHeadless()).isTrue();
        assertThat(headless.getSpecHash()).isNotEqualTo(normal.getSpecHash());
        assertThat(normal.getHasSelector()).isTrue();
    }

    @Test
    void anExternalNameHasNeitherSelectorNorEndpoints() throws Exception {
        ServiceEndpoints db = Kube.one(ServiceEndpoints.class, """
                kind: Service
                metadata: {name: db, namespace: shop, annotations: {networking.istio.io/exportTo: '., shop'}}
                spec: {type: ExternalName, externalName: db.example.com}
                """);

        assertThat(db.getHasSelector()).isFalse();
        assertThat(db.getReady()).isZero();
        assertThat(db.getExportTo()).containsExactly(".", "shop");
    }

    @Test
    void aServiceLabelledWithANetworkIsAGatewayAndPendingWithoutAddress() throws Exception {
        String gateway = """
                kind: Service
                metadata: {name: istio-eastwestgateway, namespace: istio-system, labels: {topology.istio.io/network: n1}}
                spec: {type: LoadBalancer, ports: [{name: tls, port: 15443}]}
                status: {loadBalancer: {ingress: [{ip: 203.0.113.7}, {hostname: gw.example.com}]}}
                """;

        Gateway ready = Kube.one(Gateway.class, gateway);
        Gateway pending = Kube.one(Gateway.class, gateway.replaceAll("status: .*", ""));

        assertThat(ready.getAddresses())
                .extracting(a -> a.getAddress() + " " + a.getHostname())
                .containsExactly("203.0.113.7 false", "gw.example.com true");
        assertThat(ready.getPorts()).containsExactly(15443);
        assertThat(pending.getAddresses()).isEmpty();
    }
}
