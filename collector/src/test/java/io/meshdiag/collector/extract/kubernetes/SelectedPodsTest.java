package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SelectedPods;
import org.junit.jupiter.api.Test;

class SelectedPodsTest {
    private static final String ENTRY = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: db, namespace: shop}
            spec: {hosts: [db.shop.internal], workloadSelector: {labels: {app: db}}}
            ---
            """;

    @Test
    void namesTheReadyPodsOfStatefulSetsThatTheLabelsSelect() throws Exception {
        SelectedPods selected = Kube.one(
                SelectedPods.class,
                ENTRY
                        + pod("db-1", "StatefulSet", "app: db, tier: x", "True")
                        + pod("db-0", "StatefulSet", "app: db", "True")
                        + pod("db-2", "StatefulSet", "app: db", "False")
                        + pod("other-0", "StatefulSet", "app: other", "True")
                        + pod("web-6c9-x2x4z", "ReplicaSet", "app: db", "True"));

        assertThat(selected.getNamespace()).isEqualTo("shop");
        assertThat(selected.getHost()).isEqualTo("db.shop.internal");
        assertThat(selected.getServiceEntry()).isEqualTo("db");
        assertThat(selected.getSelector()).isEqualTo("app=db");
        assertThat(selected.getPods()).containsExactly("db-0", "db-1");
        assertThat(selected.getPodsCount()).isEqualTo(2);
    }

    private static String pod(String name, String owner, String labels, String ready) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: shop
                  labels: {%s}
                  ownerReferences: [{controller: true, kind: %s, name: db}]
                spec: {containers: [{name: db}]}
                status: {phase: Running, conditions: [{type: Ready, status: '%s'}]}
                ---
                """.formatted(name, labels, owner, ready);
    }
}
