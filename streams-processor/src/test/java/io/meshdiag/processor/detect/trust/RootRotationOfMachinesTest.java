package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TRU-03 for virtual machines, which are scopes of their own and count as part of the cluster that they name: machines that were off miss rotations. */
class RootRotationOfMachinesTest {
    @Test
    void countsAMachineThatDoesNotTrustTheNewRootAmongItsCluster() {
        var east = rotated("east").with(machine("east", "db-1").trusts("old"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.title())
                    .isEqualTo(
                            "A part of cluster east does not trust a root that 5 of 5 certificates seen descend from");
            assertThat(v.description())
                    .contains("1 of 4 namespaces, proxies and machines in east do not trust 'CN=Root new'");
        });
    }

    @Test
    void isHighWhereOnlyAMachineStillHasACertificateOfTheRootThatWasDropped() {
        var east = cluster("east")
                .trusts("new")
                .proxiesSignedBy("new", 5)
                .with(machine("east", "db-1").trusts("old", "new").signedBy("old"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.title())
                    .isEqualTo(
                            "A part of cluster east does not trust a root that 1 of 6 certificates seen descend from");
            assertThat(v.description())
                    .contains("3 of 4 namespaces, proxies and machines in east do not trust 'CN=Root old'");
            assertThat(v.affected().getSamples()).contains("shop/db-1.shop@east");
        });
    }

    @Test
    void isSilentAboutMachinesThatTrustWhatTheirClusterTrusts() {
        var east = cluster("east")
                .trusts("new")
                .proxiesSignedBy("new", 5)
                .with(machine("east", "db-1").trusts("new").signedBy("new"));

        assertThat(detect(east)).isEmpty();
    }

    @Test
    void breaksNothingWhileAMachineOfTheOldRootIsTrustedByAll() {
        var east = rotated("east")
                .with(machine("east", "db-1").trusts("old", "new").signedBy("old"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.INFO);
            assertThat(v.description()).contains("so nothing is broken");
        });
    }

    /** What a machine held when it was last heard of may have changed since. */
    @Test
    void leavesOutMachinesThatCannotBeBelieved() {
        var silent = machine("east", "db-1").trusts("old").silent();
        var readInPart = machine("east", "db-2").trusts("old").incomplete();

        assertThat(detect(rotated("east").with(silent, readInPart))).isEmpty();
    }

    @Test
    void doesNotKnowWhatAMachineMeansOnceItsClusterIsSilent() {
        var east = rotated("east").silent().with(machine("east", "db-1").trusts("old"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).containsExactly("cluster east: the collector is silent");
        });
    }

    @Test
    void leavesAMachineToTheClusterThatItNames() {
        var west = cluster("west").trusts("old", "new").proxiesSignedBy("new", 5);
        var east = rotated("east").with(machine("west", "db-1").trusts("old"));

        assertThat(detect(east, west)).singleElement().satisfies(v -> assertThat(v.title())
                .startsWith("A part of cluster west does not trust"));
        assertThat(detect(east)).isEmpty();
    }

    /** Three holders trust both roots, and all that was seen is signed by the new one. */
    private static TestCluster rotated(String name) {
        return cluster(name).trusts("old", "new").proxiesSignedBy("new", 5);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new RootRotationHalfDone().detect(mesh(clusters)).toList();
    }
}
