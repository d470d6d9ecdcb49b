package io.meshdiag.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The scenarios with one fault of virtual machines have the fleet of vm-healthy: what differs between the archives is the fault. */
class VmFaultsTest {
    private static final String PRICING = "eu-west-1.pricing-1.shop";

    private static Archives healthy;

    @BeforeAll
    static void writeTheHealthyFleet() {
        healthy = Archives.of(Scenario.bundled("vm-healthy"));
    }

    @Test
    void aHealthyMachineIsRegisteredListedAndCaptured() {
        assertThat(healthy.files(PRICING).keySet())
                .contains("vm/capture.json", "vm/cluster.env", "vm/config_dump", "vm/iptables-save", "vm/token");
        assertThat(healthy.files("eu-west-1").get("cluster/crs"))
                .contains(
                        "istio.io/autoRegistrationGroup: pricing",
                        "istio.io/workloadController: istiod-",
                        "name: pricing-10.240.0.10-eu");
        assertThat(healthy.pages("eu-west-1", "syncz").toString()).contains("\"pricing-1.shop\"");
    }

    @Test
    void aMachineThatLostItsTokenIsListedNowhereAndNeverReady() {
        Archives archives = Archives.of(Scenario.bundled("vm-token-lost"));

        assertThat(archives.files(PRICING)).doesNotContainKeys("vm/token", "vm/config_dump");
        assertThat(archives.files(PRICING).get("vm/ready")).isEqualTo("503");
        assertThat(archives.files(PRICING).get("vm/istio.log")).contains("failed to fetch token from file");
        assertThat(archives.pages("eu-west-1", "syncz").toString())
                .doesNotContain("\"pricing-1.shop\"")
                .contains("\"pricing-3.shop\"");
    }

    @Test
    void aGroupThatIsRemovedTakesItsEntriesAlong() {
        Archives archives = Archives.of(Scenario.bundled("workload-group-removed"));

        assertThat(archives.files("eu-west-1").get("cluster/crs"))
                .doesNotContain("pricing")
                .contains("mainframe");
        assertThat(archives.files("us-east-1").get("cluster/crs")).contains("pricing");
        assertThat(metrics(archives)).anyMatch(page -> page.contains("auto_registration_errors_total 14"));
        assertThat(metrics(healthy)).noneMatch(page -> page.contains("auto_registration_errors_total"));
    }

    @Test
    void aFlushedPacketFilterShowsOnTheMachineAlone() {
        assertThat(Archives.of(Scenario.bundled("vm-redirection-flushed")).differencesFrom(healthy))
                .containsExactly(
                        "us-east-1.pricing-1.shop vm/ip6tables-save", "us-east-1.pricing-1.shop vm/iptables-save");
    }

    @Test
    void anAgentThatFailedAnswersOnNoPort() {
        Archives archives = Archives.of(Scenario.bundled("vm-agent-down"));

        assertThat(archives.files("us-east-1.pricing-1.shop"))
                .containsEntry("vm/ready", "none")
                .containsEntry("vm/agent-ready", "none")
                .doesNotContainKeys("vm/server_info", "vm/agent-metrics");
        assertThat(archives.files("us-east-1.pricing-1.shop").get("vm/capture.json"))
                .doesNotContain("vm/ready");
        assertThat(archives.files("us-east-1.pricing-1.shop").get("vm/systemctl-show"))
                .contains("ActiveState=failed");
    }

    @Test
    void whatAMachineIsToldShowsInItsSettings() {
        assertThat(Archives.of(Scenario.bundled("vm-network-wrong")).differencesFrom(healthy))
                .contains("eu-west-1.mainframe-1.payments vm/cluster.env");
        assertThat(Archives.of(Scenario.bundled("workload-entry-left")).differencesFrom(healthy))
                .contains("eu-west-1 cluster/crs");
        assertThat(Archives.of(Scenario.bundled("vm-registration-refused")).differencesFrom(healthy))
                .contains(
                        "eu-west-1.mainframe-1.payments vm/istio.log",
                        "eu-west-1 istio/istio-system/istiod/discovery.log");
        assertThat(Archives.of(Scenario.bundled("vm-disconnected")).differencesFrom(healthy))
                .contains("eu-west-1.mainframe-2.payments vm/istio.log");
    }

    @Test
    void aMachineThatWasOffDuringARotationHoldsTheOldRoot() {
        Archives archives = Archives.of(Scenario.bundled("vm-root-stale"));

        assertThat(archives.files(PRICING).get("vm/root-cert.pem"))
                .isEqualTo(healthy.files(PRICING).get("vm/root-cert.pem"));
        assertThat(archives.files("eu-west-1.pricing-2.shop").get("vm/root-cert.pem"))
                .isNotEqualTo(healthy.files("eu-west-1.pricing-2.shop").get("vm/root-cert.pem"));
    }

    private static List<String> metrics(Archives archives) {
        return archives.files("eu-west-1").entrySet().stream()
                .filter(file -> file.getKey().endsWith("/metrics"))
                .map(Map.Entry::getValue)
                .toList();
    }
}
