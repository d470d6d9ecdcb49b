package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.NamedCount;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CniNodesTest {
    private static final String METRICS = """
            # HELP istio_cni_install_ready Whether the CNI plugin installation is ready or not
            # TYPE istio_cni_install_ready gauge
            istio_cni_install_ready 0
            istio_cni_installs_total{result="CREATE_CNI_CONFIG_FAILURE"} 4
            istio_cni_repair_pods_repaired_total{result="fail",type="repair"} 2
            istio_cni_repair_pods_repaired_total{result="success",type="repair"} 7
            """;

    private static KubernetesObject object(String json) throws IOException {
        return new KubernetesObject(JsonMapper.builder().build().readTree(json));
    }

    private static CniMetrics.Values values() throws IOException, UnreadablePageException {
        return CniMetricsPage.parse(TestPages.stream(METRICS));
    }

    private static CniNode node(CniMetrics metrics) throws IOException {
        Inventory cluster = new Inventory();
        cluster.accept(object("""
                {"kind":"Node","apiVersion":"v1","metadata":{"name":"node-1"}}"""));
        cluster.accept(object("""
                {"kind":"Pod","apiVersion":"v1","metadata":{"namespace":"istio-system","name":"istio-cni-node-x",
                "labels":{"k8s-app":"istio-cni-node"}},"spec":{"nodeName":"node-1","containers":[{"name":"install-cni"}]},
                "status":{"phase":"Running"}}"""));
        return (CniNode) new CniNodes(metrics)
                .assemble(Subject.ofNode("node-1"), cluster, TestPages.ORIGIN)
                .orElseThrow();
    }

    @Test
    void carriesWhatTheAgentsMetricsSay() throws Exception {
        CniMetrics.Values values = values();

        CniNode node = node(agent -> Optional.of(values));

        assertThat(node.getInstallReady()).isFalse();
        assertThat(node.getRepairs())
                .containsExactly(new NamedCount("repair/fail", 2L), new NamedCount("repair/success", 7L));
    }

    @Test
    void saysNothingOfMetricsThatWereNotRead() throws Exception {
        CniNode node = node(CniMetrics.NONE);

        assertThat(node.getInstallReady()).isNull();
        assertThat(node.getRepairs()).isEmpty();
    }
}
