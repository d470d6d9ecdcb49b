package io.meshdiag.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.schema.Digests;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virtual machine of cluster east, told live beside the cluster. */
class VmStoryTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    private FleetDriver fleet;

    @BeforeEach
    void start() {
        fleet = new FleetDriver(folder, Catalogue.configured(RuleSettings.NONE), NOON);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void aMachineIsJudgedInItsOwnScopeAndIsNoCluster() {
        watch(4, RedirectionState.ABSENT, true);

        assertThat(fleet.finding()).satisfies(finding -> {
            assertThat(finding.getRule().getId()).isEqualTo("VMS-08");
            assertThat(finding.getState()).isEqualTo(DetectionState.ACTIVE);
            assertThat(finding.getScope().getClusters()).containsExactly("east");
            assertThat(finding.getScope().getMachines()).containsExactly("db-1.shop");
        });
    }

    @Test
    void whatWasFoundOfAMachineIsUnknownWhenItFallsSilentAndGoesOnWhenItIsBack() {
        watch(4, RedirectionState.ABSENT, true);
        watch(6, RedirectionState.ABSENT, false);

        assertThat(fleet.findings())
                .extracting(finding -> finding.getRule().getId() + " " + finding.getState())
                .containsExactlyInAnyOrder("VMS-08 UNKNOWN", "OBS-01 ACTIVE");
        assertThat(fleet.findings())
                .filteredOn(finding -> finding.getRule().getId().equals("OBS-01"))
                .singleElement()
                .extracting(Finding::getTitle)
                .isEqualTo("No heartbeat from virtual machine db-1.shop of cluster east");

        watch(4, RedirectionState.PRESENT, true);

        assertThat(fleet.findings()).extracting(Finding::getState).containsOnly(DetectionState.RESOLVED);
    }

    /** For so many minutes the cluster is heard every 30 seconds, and the machine with it if it is on. */
    private void watch(int minutes, RedirectionState outbound, boolean on) {
        for (int i = 0; i < minutes * 2; i++) {
            var east = TestCluster.cluster("east", fleet.now());
            fleet.publish(east.facts()).publish(east.live());
            if (on) {
                fleet.publish(machine(outbound));
            }
            fleet.pass(Duration.ofSeconds(30));
        }
    }

    private List<SpecificRecord> machine(RedirectionState outbound) {
        VmHealth health = Digests.stamp(VmHealth.newBuilder()
                .setHeader(header("vm"))
                .setVm("db-1.shop")
                .setHostName("db-1")
                .setNamespace("shop")
                .setAgentSource(AgentSource.SYSTEMD)
                .setAgentState("active")
                .setReadyStatus(200)
                .setInboundRedirection(RedirectionState.PRESENT)
                .setOutboundRedirection(outbound)
                .build());
        Heartbeat heartbeat = Digests.stamp(Heartbeat.newBuilder()
                .setHeader(header("collector"))
                .setCollector("vm-db-1.shop")
                .setVersion("test")
                .setMode(CollectorMode.VM)
                .setIntervalSeconds(30)
                .setSources(List.of())
                .setSubjects(List.of(new NamedCount("vm-health", 1L)))
                .build());
        return List.of(health, heartbeat);
    }

    private FactHeader header(String source) {
        return FactHeader.newBuilder()
                .setMeshId(TestCluster.MESH)
                .setClusterId("east")
                .setClusterUid("5eed5eed5eed5eed5eed5eed5eed5eed")
                .setObserver("vm/db-1.shop")
                .setObservedAt(fleet.now())
                .setSource(source)
                .setContentHash("")
                .build();
    }
}
