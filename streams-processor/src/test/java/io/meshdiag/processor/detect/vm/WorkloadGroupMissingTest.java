package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadGroupMissingTest {
    @Test
    void findsMachinesWhoseGroupIsGone() {
        var east = cluster("east")
                .readCompletely()
                .workloadGroup("web", null)
                .serves("db-1.shop")
                .with(machine("east", "db-1"), machine("east", "db-2"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.title())
                    .isEqualTo(
                            "WorkloadGroup shop/db is not in cluster east, and 2 virtual machine(s) register with it");
            assertThat(v.description()).contains("1 of them are still connected");
            assertThat(v.subject().getName()).isEqualTo("db");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains(
                            "istioctl experimental workload group create --name=db --namespace=shop --serviceAccount=db"
                                    + " | kubectl --context=east --namespace=shop apply --filename=-");
        });
    }

    @Test
    void isSilentWhenThePrimaryOfTheMachinesClusterHasTheGroup() {
        var primary = cluster("west").readCompletely().linkedTo("east").workloadGroup("db", null);
        var remote = cluster("east").remote().readCompletely().with(machine("east", "db-1"));

        assertThat(detect(primary, remote)).isEmpty();
    }

    @Test
    void asksTheClusterThatTurnsTheMachineAwayAlthoughAnotherHasAGroupOfThatName() {
        var west = cluster("west").readCompletely().linkedTo("east").workloadGroup("db", null);
        var quiet = cluster("east").readCompletely().linkedTo("west").with(machine("east", "db-1"));
        var refusing = cluster("east")
                .readCompletely()
                .linkedTo("west")
                .istiodLogs("istiod.vm.registration-failed", "db-1.shop")
                .with(machine("east", "db-1"));

        assertThat(detect(quiet, west)).isEmpty();
        assertThat(detect(refusing, west)).hasSize(1);
    }

    @Test
    void countsAGroupOfAnotherNamespaceAsAnother() {
        var east = cluster("east")
                .readCompletely()
                .workloadGroup("db", null)
                .with(machine("east", "db-1").says(vm -> vm.setNamespace("payments")));

        assertThat(detect(east)).hasSize(1);
    }

    @Test
    void doesNotKnowWhereResourcesWereNotReadOrNobodyIsHeard() {
        var unread = cluster("east")
                .source("kubernetes/custom-resources", SourceState.FORBIDDEN)
                .with(machine("east", "db-1"));
        var unheard = cluster("west").readCompletely().with(machine("far", "db-2"));

        assertThat(detect(unread, unheard)).hasSize(2).allSatisfy(v -> assertThat(v.state())
                .isEqualTo(Verdict.State.UNKNOWN));
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new WorkloadGroupMissing().detect(mesh(clusters)).toList();
    }
}
