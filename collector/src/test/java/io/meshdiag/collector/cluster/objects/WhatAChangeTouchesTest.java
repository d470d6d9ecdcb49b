package io.meshdiag.collector.cluster.objects;

import static io.meshdiag.collector.cluster.objects.Objects.agent;
import static io.meshdiag.collector.cluster.objects.Objects.istiod;
import static io.meshdiag.collector.cluster.objects.Objects.namespace;
import static io.meshdiag.collector.cluster.objects.Objects.node;
import static io.meshdiag.collector.cluster.objects.Objects.pod;
import static io.meshdiag.collector.cluster.objects.Objects.service;
import static io.meshdiag.collector.cluster.objects.Objects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.Workload;
import org.junit.jupiter.api.Test;

class WhatAChangeTouchesTest {
    private static final String SHOP = namespace("istio-system", "")
            + namespace("shop", "istio-injection: enabled")
            + namespace("pay", "istio-injection: enabled")
            + node("n1")
            + node("n2")
            + istiod("istiod-1")
            + pod("shop", "web-1")
            + pod("pay", "db-1")
            + service("shop", "web")
            + service("shop", "cart")
            + service("pay", "db")
            + slice("shop", "web-x", "web", "web-1")
            + slice("pay", "db-x", "db", "db-1");

    private final TestCluster cluster = TestCluster.of(SHOP);

    @Test
    void aSliceTouchesItsOwnServiceOnly() {
        cluster.see(slice("shop", "web-x", "web", "web-1", "web-2"));

        assertThat(cluster.news()).containsExactly("ServiceEndpoints/shop/web");
        assertThat(cluster.last(ServiceEndpoints.class).getReady()).isEqualTo(2);
    }

    @Test
    void endpointsOfAServiceAreThoseOfAllItsSlicesThatAreLeft() {
        cluster.see(slice("shop", "web-y", "web", "web-2", "web-3"));
        assertThat(cluster.last(ServiceEndpoints.class).getReady()).isEqualTo(3);

        cluster.delete("endpointslices", "shop", "web-x");
        assertThat(cluster.last(ServiceEndpoints.class).getReady()).isEqualTo(2);
    }

    @Test
    void aSliceThatMovesToAnotherServiceTouchesBoth() {
        cluster.see(slice("shop", "web-x", "cart", "web-1"));

        assertThat(cluster.news()).containsExactly("ServiceEndpoints/shop/cart", "ServiceEndpoints/shop/web");
    }

    @Test
    void aSliceOfAGatewayTouchesTheGatewayToo() {
        cluster.see(service("istio-system", "eastwest", "topology.istio.io/network: n1"));
        cluster.news();

        cluster.see(slice("istio-system", "eastwest-x", "eastwest", "gw-1"));

        assertThat(cluster.news())
                .containsExactly("Gateway/istio-system/eastwest", "ServiceEndpoints/istio-system/eastwest");
    }

    @Test
    void aServiceThatIsNoGatewayAnyMoreIsTakenBackAsOne() {
        cluster.see(service("istio-system", "eastwest", "topology.istio.io/network: n1"));
        cluster.news();

        cluster.see(service("istio-system", "eastwest"));

        assertThat(cluster.news()).contains("gone Gateway/istio-system/eastwest");
    }

    @Test
    void aNewPodTouchesItsWorkloadItsNamespaceAndTheServicesThatNameIt() {
        cluster.see(slice("shop", "web-x", "web", "web-1", "web-2"));
        cluster.news();

        cluster.see(pod("shop", "web-2"));

        assertThat(cluster.news())
                .containsExactly("NamespaceProfile/shop", "ServiceEndpoints/shop/web", "Workload/shop/web-2");
        assertThat(cluster.last(ServiceEndpoints.class).getReadyWithProxy()).isEqualTo(2);
    }

    @Test
    void aPodThatIsAsItWasTouchesNothing() {
        cluster.see(pod("shop", "web-1").replace("spec:", "spec: # a comment\n  "));

        assertThat(cluster.news()).isEmpty();
    }

    @Test
    void aPodThatIsNotReadyTouchesItsWorkloadAlone() {
        cluster.see(pod("shop", "web-1", "app: web", false));

        assertThat(cluster.news()).containsExactly("Workload/shop/web-1");
        assertThat(cluster.last(Workload.class).getReady()).isFalse();
    }

    @Test
    void aDeletedPodIsGoneAndNotCountedAnyMore() {
        cluster.delete("pods", "shop", "web-1");

        assertThat(cluster.news())
                .containsExactly("NamespaceProfile/shop", "ServiceEndpoints/shop/web", "gone Workload/shop/web-1");
        assertThat(cluster.last(NamespaceProfile.class).getPodsWithProxy()).isZero();
    }

    @Test
    void anIstiodTouchesTheClusterProfile() {
        cluster.see(istiod("istiod-2"));

        assertThat(cluster.news()).contains("ClusterProfile").doesNotContain("ServiceEndpoints/shop/web");
        assertThat(cluster.last(ClusterProfile.class).getControlPlanes().get(0).getReadyReplicas())
                .isEqualTo(2);
    }

    @Test
    void theFirstAgentMakesTheCniOfAllNodesKnownAndALaterOneItsOwnNodesOnly() {
        cluster.see(agent("cni-1", "n1"));
        assertThat(cluster.news()).contains("CniNode/n1", "CniNode/n2");

        cluster.see(agent("cni-2", "n2"));
        assertThat(cluster.news()).contains("CniNode/n2").doesNotContain("CniNode/n1");
    }

    @Test
    void aNodeThatIsGoneIsTakenBack() {
        cluster.see(agent("cni-1", "n1"));
        cluster.news();

        cluster.delete("nodes", "", "n2");

        assertThat(cluster.news()).containsExactly("ClusterProfile", "gone CniNode/n2");
    }

    @Test
    void injectionOfANamespaceTouchesItsOwnPodsOnly() {
        cluster.see(namespace("shop", "istio-injection: disabled"));

        assertThat(cluster.news()).containsExactly("NamespaceProfile/shop", "Workload/shop/web-1");
        assertThat(cluster.last(Workload.class).getInjectionWanted()).isFalse();
    }

    @Test
    void theNetworkOfIstiodsNamespaceTouchesAllThatStandsInIt() {
        cluster.see(namespace("istio-system", "topology.istio.io/network: n1"));

        assertThat(cluster.news())
                .containsExactly(
                        "ClusterProfile",
                        "NamespaceProfile/istio-system",
                        "ServiceEndpoints/pay/db",
                        "ServiceEndpoints/shop/web");
    }

    @Test
    void manyChangesOfOnePodAreToldOnce() {
        cluster.see(pod("shop", "web-1", "app: web", false));
        cluster.see(pod("shop", "web-1", "app: web", true));
        cluster.see(pod("shop", "web-1", "app: web", false));

        assertThat(cluster.news()).containsExactly("Workload/shop/web-1");
    }

    @Test
    void aDeletedServiceIsGone() {
        cluster.delete("services", "shop", "web");

        assertThat(cluster.news()).containsExactly("gone ServiceEndpoints/shop/web");
    }

    @Test
    void meshConfigIsTakenBackWithItsConfigMap() {
        cluster.see("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data: {mesh: 'trustDomain: td1'}
                """);
        assertThat(cluster.last(ClusterProfile.class).getTrustDomain()).isEqualTo("td1");

        cluster.delete("configmaps", "istio-system", "istio");
        assertThat(cluster.last(ClusterProfile.class).getTrustDomain()).isNull();
    }
}
