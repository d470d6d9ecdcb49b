package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.AT;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.AgentCounters;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
    private static AgentMetrics parse(String page) throws Exception {
        return AgentMetrics.parse(stream(page), AT);
    }

    @Test
    void countsFailures() throws Exception {
        AgentMetrics metrics = parse("""
                # HELP istio_agent_istiod_connection_failures The total number of connection failures to Istiod
                # TYPE istio_agent_istiod_connection_failures counter
                istio_agent_istiod_connection_failures 12
                istio_agent_istiod_connection_terminations{type="cancelled"} 48
                istio_agent_istiod_connection_terminations{type="error"} 3
                istio_agent_num_failed_outgoing_requests{request_type="csr"} 5
                istio_agent_num_file_secret_failures_total 1
                istio_agent_envoy_connection_terminations{type="error"} 2
                istio_agent_dns_upstream_failures_total 7
                istio_agent_xds_proxy_responses 900
                """);

        assertThat(metrics.counters())
                .isEqualTo(AgentCounters.newBuilder()
                        .setIstiodConnectionFailures(12L)
                        .setIstiodConnectionErrors(3L)
                        .setFailedCertificateRequests(5L)
                        .setFileSecretFailures(1L)
                        .setEnvoyConnectionErrors(2L)
                        .setDnsUpstreamFailures(7L)
                        .build());
    }

    @Test
    void leavesOutWhatThePageDoesNotHave() throws Exception {
        assertThat(parse("istio_agent_startup_duration_seconds 1.2\n").counters())
                .isEqualTo(new AgentCounters());
    }

    @Test
    void turnsTheRestOfACertificatesLifeIntoATime() throws Exception {
        AgentMetrics metrics = parse("""
                istio_agent_cert_expiry_seconds{resource_name="default"} 86398.7
                istio_agent_cert_expiry_seconds{resource_name="ROOTCA"} 3e+08
                """);

        assertThat(metrics.certificateExpiresAt()).isEqualTo(AT.plus(Duration.ofDays(1)));
    }

    @Test
    void knowsACertificateThatHasExpired() throws Exception {
        assertThat(parse("istio_agent_cert_expiry_seconds{resource_name=\"default\"} -3600\n")
                        .certificateExpiresAt())
                .isEqualTo(AT.minus(Duration.ofHours(1)));
    }

    @Test
    void saysTheSameTimeAgainWhenItIsReadASecondLater() throws Exception {
        AgentMetrics first = AgentMetrics.parse(stream("cert_expiry_seconds{resource_name=\"default\"} 600.4\n"), AT);
        AgentMetrics second =
                AgentMetrics.parse(stream("cert_expiry_seconds{resource_name=\"default\"} 599.3\n"), AT.plusSeconds(1));

        assertThat(second).isEqualTo(first);
    }

    @Test
    void refusesAPageWithoutMetrics() {
        assertThatThrownBy(() -> parse("<html>404</html>"))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("no metric in the page: it is not the agent that answers on this port");
    }
}
