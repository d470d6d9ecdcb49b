package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmRegistrationFailedTest {
    @Test
    void findsAMachineThatIsConnectedAndHasNoEntry() {
        var east = east().serves("db-1.shop").registrationErrors(4).with(machine("east", "db-1"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.title()).isEqualTo("Virtual machine db-1.shop: no WorkloadEntry in cluster east");
            assertThat(v.evidence())
                    .extracting(e -> e.getValue())
                    .anyMatch(value -> value.endsWith("connected to east/istiod-1"))
                    .contains("failed registrations since istiod istiod-1 started: 4");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=east --namespace=shop get workloadgroup db --output=yaml");
        });
    }

    @Test
    void isSilentAboutAMachineWithAnEntry() {
        assertThat(detect(east().serves("db-1.shop")
                        .workloadEntry("db", "10.30.0.7")
                        .with(machine("east", "db-1"))))
                .isEmpty();
    }

    @Test
    void isSilentAboutAMachineThatIsNotConnected() {
        assertThat(detect(east().with(machine("east", "db-1")))).isEmpty();
    }

    @Test
    void isSilentAboutAMachineThatPeopleRegister() {
        assertThat(detect(
                        east().serves("db-1.shop").with(machine("east", "db-1").says(vm -> vm.setGroup(null)))))
                .isEmpty();
    }

    @Test
    void takesAnEntryUnderAnUnknownAddressForTheMachines() {
        assertThat(detect(east().serves("db-1.shop")
                        .workloadEntry("db", "192.0.2.9")
                        .with(machine("east", "db-1"))))
                .isEmpty();
    }

    @Test
    void takesIstiodsWordForAMachineThatItRefuses() {
        var now = east().with(machine("east", "db-1")).istiodLogs("istiod.vm.registration-failed", "db-1.shop", NOW);
        var over = east().with(machine("east", "db-1"))
                .istiodLogs(
                        "istiod.vm.registration-failed",
                        "db-1.shop",
                        NOW.minus(Duration.ofMinutes(15)).minusSeconds(1));

        assertThat(detect(now)).hasSize(1);
        assertThat(detect(over)).isEmpty();
    }

    @Test
    void doesNotKnowWithoutTheClustersResources() {
        var east = cluster("east")
                .workloadGroup("db", null)
                .serves("db-1.shop")
                .source("kubernetes/custom-resources", SourceState.PARTIAL)
                .with(machine("east", "db-1"));

        assertThat(detect(east)).singleElement().satisfies(v -> assertThat(v.state())
                .isEqualTo(Verdict.State.UNKNOWN));
    }

    private static TestCluster east() {
        return cluster("east").readCompletely().workloadGroup("db", null);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new VmRegistrationFailed().detect(mesh(clusters)).toList();
    }
}
