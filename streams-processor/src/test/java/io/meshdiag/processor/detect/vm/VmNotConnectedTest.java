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

class VmNotConnectedTest {
    @Test
    void findsAMachineThatNoReplicaLists() {
        var east = east().serves("db-2.shop")
                .with(machine("east", "db-1").logs("proxy.xds.connect.timeout"), machine("east", "db-2"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.title()).isEqualTo("Virtual machine db-1.shop: connected to no istiod");
            assertThat(v.description()).contains("Their logs show: proxy.xds.connect.timeout.");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("ssh -- db-1 'getent hosts istiod.istio-system.svc'");
        });
    }

    @Test
    void isSilentAboutAMachineThatAnotherClustersIstiodServes() {
        var east = east().linkedTo("west").with(machine("east", "db-1"));
        var west = cluster("west").readCompletely().linkedTo("east").servesOf("east", "db-1.shop");

        assertThat(detect(east, west)).isEmpty();
    }

    @Test
    void doesNotTakeAMachineOfAnotherClusterForIt() {
        var east = east().linkedTo("west").with(machine("east", "db-1"));
        var west = cluster("west").readCompletely().linkedTo("east").serves("db-1.shop");

        assertThat(detect(east, west)).singleElement().satisfies(v -> assertThat(v.state())
                .isEqualTo(Verdict.State.PRESENT));
    }

    @Test
    void takesAProxyThatDoesNotSayItsClusterForTheMachine() {
        assertThat(detect(east().servesOf(null, "db-1.shop").with(machine("east", "db-1"))))
                .isEmpty();
    }

    @Test
    void isSilentWhenTheAgentOrTheProxyIsDown() {
        assertThat(detect(east().with(
                                machine("east", "db-1").says(vm -> vm.setAgentState("failed")),
                                machine("east", "db-2")
                                        .says(vm -> vm.setReadyStatus(null).setServerState(null)))))
                .isEmpty();
    }

    @Test
    void asksOfACaptureThatTheMachineItselfComplains() {
        assertThat(detect(east().with(machine("east", "db-1").captured()))).isEmpty();
        assertThat(detect(east().with(machine("east", "db-1").captured().logs("proxy.xds.terminated.auth"))))
                .hasSize(1);
    }

    @Test
    void doesNotKnowUnlessEveryIstiodThatMayServeItWasRead() {
        var partly = cluster("east").source("istiod/syncz", SourceState.PARTIAL);
        var blindPeer = cluster("west").linkedTo("east").source("istiod/syncz", SourceState.FORBIDDEN);

        assertUnknown(partly.with(machine("east", "db-1")));
        assertUnknown(east().with(machine("east", "db-1")), blindPeer);
        assertUnknown(east().linkedTo("far").with(machine("east", "db-1")));
        assertUnknown(east().with(machine("nowhere", "db-1")));
        assertUnknown(east().with(machine("east", "db-1").silent()));
    }

    @Test
    void doesNotKnowWhenMoreStrangersAreConnectedThanAreTold() {
        var east = east().serves("other.shop").with(machine("east", "db-1"));
        east.summary().setStrangersCount(2);

        assertUnknown(east);
    }

    @Test
    void putsMachinesApartWhoseCredentialsAreOver() {
        var old = NOW.minus(Duration.ofDays(3));
        var east = east().with(
                        machine("east", "db-1").certified(old, old.plus(Duration.ofDays(1))), machine("east", "db-2"));

        assertThat(detect(east))
                .extracting(Verdict::scopeKey)
                .containsExactly("east-uid|shop/db", "east-uid|shop/db|credentials");
    }

    private static void assertUnknown(TestCluster... clusters) {
        assertThat(detect(clusters)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).isNotEmpty();
        });
    }

    private static TestCluster east() {
        return cluster("east").readCompletely().workloadGroup("db", null);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new VmNotConnected().detect(mesh(clusters)).toList();
    }
}
