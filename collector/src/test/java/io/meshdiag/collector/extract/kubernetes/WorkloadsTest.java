package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadsTest {
    @ParameterizedTest(name = "namespace {0}, pod {1}: wanted {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "istio-injection: enabled                      |                                  | true",
                "istio-injection: enabled                      | sidecar.istio.io/inject: 'false' | false",
                "istio-injection: disabled, istio.io/rev: v1   | sidecar.istio.io/inject: 'true'  | false",
                "istio.io/rev: v1                              |                                  | true",
                "''                                            | istio.io/rev: v1                 | true",
                "''                                            | sidecar.istio.io/inject: 'true'  | true",
                "''                                            |                                  | false",
            })
    void injectionIsWantedAsTheWebhooksSelect(String namespaceLabels, String podLabels, boolean wanted)
            throws Exception {
        String labels = namespaceLabels.equals("''") ? "" : namespaceLabels;
        var workloads = Kube.of(Workload.class, """
                kind: Namespace
                metadata: {name: shop, labels: {%s}}
                ---
                kind: Pod
                metadata: {name: web-1, namespace: shop, labels: {%s}}
                spec: {containers: [{name: web}]}
                status: {phase: Running}
                """.formatted(labels, podLabels == null ? "" : podLabels));

        assertThat(workloads).hasSize(wanted ? 1 : 0);
    }

    @Test
    void aFailedValidationIsToldByItsExitCode() throws Exception {
        Workload broken = Kube.one(Workload.class, """
                kind: Pod
                metadata:
                  name: web-1
                  namespace: shop
                  annotations: {sidecar.istio.io/status: '{"revision":"canary"}'}
                  ownerReferences: [{controller: true, kind: ReplicaSet, name: web-6c9}]
                spec:
                  nodeName: node-1
                  initContainers: [{name: istio-validation}]
                  containers: [{name: istio-proxy, image: 'registry:5000/istio/proxyv2:1.28.1@sha256:abc'}]
                status:
                  phase: Pending
                  initContainerStatuses: [{name: istio-validation, lastState: {terminated: {exitCode: 126}}}]
                """);

        assertThat(broken.getValidationExitCode()).isEqualTo(126);
        assertThat(broken.getRevision()).isEqualTo("canary");
        assertThat(broken.getOwner()).isEqualTo("ReplicaSet/web-6c9");
        assertThat(broken.getProxyVersion()).isEqualTo("1.28.1");
    }

    @Test
    void aNamespaceCountsItsRunningPods() throws Exception {
        NamespaceProfile shop = Kube.one(NamespaceProfile.class, """
                kind: Namespace
                metadata: {name: shop, labels: {istio.io/rev: canary}}
                ---
                kind: Pod
                metadata: {name: a, namespace: shop}
                spec: {containers: [{name: istio-proxy}]}
                status: {phase: Running}
                ---
                kind: Pod
                metadata: {name: b, namespace: shop}
                spec: {containers: [{name: job}]}
                status: {phase: Running}
                ---
                kind: Pod
                metadata: {name: c, namespace: shop}
                spec: {containers: [{name: job}]}
                status: {phase: Succeeded}
                """);

        assertThat(shop.getRevision()).isEqualTo("canary");
        assertThat(shop.getPodsWithProxy()).isEqualTo(1);
        assertThat(shop.getPodsWithoutProxy()).isEqualTo(1);
    }

    @Test
    void aNodeWithoutAgentIsToldOnlyWhereTheCniPluginIsInstalled() throws Exception {
        String nodes = "kind: Node\nmetadata: {name: n1}\n---\nkind: Node\nmetadata: {name: n2}\n";
        String agent = """
                ---
                kind: Pod
                metadata: {name: istio-cni-node-x, namespace: istio-system, labels: {k8s-app: istio-cni-node}}
                spec: {nodeName: n1, containers: [{name: install-cni, image: 'istio/install-cni:1.28.1'}]}
                status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
                """;

        assertThat(Kube.of(CniNode.class, nodes)).isEmpty();
        assertThat(Kube.of(CniNode.class, nodes + agent))
                .extracting(n -> n.getNode() + " " + n.getAgentPod() + " " + n.getReady() + " " + n.getVersion())
                .containsExactlyInAnyOrder("n1 istio-system/istio-cni-node-x true 1.28.1", "n2 null null null");
    }
}
