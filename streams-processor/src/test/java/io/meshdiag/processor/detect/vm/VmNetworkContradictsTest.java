package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.TestMachine;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmNetworkContradictsTest {
    @Test
    void findsAMachineThatNamesAnotherNetworkThanItsGroup() {
        assertThat(detect(cluster("east").workloadGroup("db", "eu").with(on("us"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.title())
                            .isEqualTo(
                                    "Virtual machine db-1.shop: on network us by its own setting, on eu by its WorkloadGroup");
                    assertThat(v.evidence()).hasSize(2);
                });
    }

    @Test
    void findsAMachineThatNamesNoNetworkAlthoughItsGroupDoes() {
        assertThat(detect(cluster("east").workloadGroup("db", "eu").with(on(null))))
                .hasSize(1);
    }

    @Test
    void findsAnEntryOnAnotherNetwork() {
        var east = cluster("east")
                .workloadGroup("db", null)
                .workloadEntry("db", "10.30.0.7", e -> e.setNetwork("eu"))
                .with(on("us"));

        assertThat(detect(east)).singleElement().satisfies(v -> assertThat(v.title())
                .endsWith("on eu by its WorkloadEntry"));
    }

    @Test
    void isSilentAboutANetworkOfTheMachinesOwn() {
        var east = cluster("east")
                .network("eu")
                .workloadGroup("db", null)
                .workloadEntry("db", "10.30.0.7", e -> e.setNetwork("vm-network"))
                .with(on("vm-network"));

        assertThat(detect(east)).isEmpty();
    }

    @Test
    void doesNotKnowOfAMachineThatFellSilent() {
        assertThat(detect(cluster("east").workloadGroup("db", "eu").with(on("us").silent())))
                .singleElement()
                .satisfies(v -> assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN));
    }

    private static TestMachine on(String network) {
        return machine("east", "db-1").says(vm -> vm.setNetwork(network));
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new VmNetworkContradicts().detect(mesh(clusters)).toList();
    }
}
