package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.FleetFixtures.meshNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoCommonTrustTest {
    @Test
    void reportsBothDirectionsWhenNoRootIsCommon() {
        var verdicts = detect(mesh(
                cluster("east").signsWith("A").trusts("A"),
                cluster("west").signsWith("B").trusts("B")));

        assertThat(verdicts).extracting(Verdict::scopeKey).containsExactly("east-uid->west-uid", "west-uid->east-uid");
        assertThat(verdicts).allSatisfy(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
        });
        Verdict first = verdicts.get(0);
        assertThat(first.title()).isEqualTo("Cluster east does not trust certificates of cluster west");
        assertThat(first.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
        assertThat(first.evidence())
                .extracting(e -> e.getValue())
                .anySatisfy(v -> assertThat(v).startsWith("east trusts 'CN=Root A' sha256:"))
                .anySatisfy(v -> assertThat(v).startsWith("west is signed by 'CN=Root B' sha256:"));
    }

    @Test
    void reportsOnlyTheDirectionThatFailsWhenTheOldRootWentTooEarly() {
        var verdicts = detect(mesh(
                cluster("east").signsWith("old").trusts("old", "new"),
                cluster("west").signsWith("old").trusts("new")));

        assertThat(verdicts)
                .extracting(Verdict::scopeKey)
                .contains("west-uid->east-uid")
                .allMatch(key -> key.startsWith("west-uid->"));
    }

    @Test
    void isSilentDuringARotationWithBothRootsTrusted() {
        assertThat(detect(mesh(
                        cluster("east").signsWith("old").trusts("old", "new"),
                        cluster("west").signsWith("new").trusts("new", "old"))))
                .isEmpty();
    }

    @Test
    void takesTheTrustedRootsForTheSigningOnesWhenNoChainWasSeen() {
        assertThat(detect(mesh(cluster("east").trusts("A"), cluster("west").trusts("A", "B"))))
                .isEmpty();
        assertThat(detect(mesh(cluster("east").trusts("A"), cluster("west").trusts("B"))))
                .hasSize(2);
    }

    @Test
    void takesARootThatWasIssuedAgainWithTheSameKeyForTheSameRoot() {
        var west = cluster("west").trusts("A");
        west.summary().getTrustedRoots().get(0).getCertificate().setSha256("0123456789abcdef0123");

        assertThat(detect(mesh(cluster("east").trusts("A"), west))).isEmpty();
    }

    @Test
    void isNotDeceivedByRootsOfOneNameWithDifferentKeys() {
        assertThat(detect(mesh(cluster("east").trusts("self-1"), cluster("west").trusts("self-2"))))
                .hasSize(2);
    }

    @Test
    void doesNotKnowWhenOneSideWasNotSeen() {
        var verdicts = detect(mesh(cluster("east").trusts("A"), cluster("west")));

        assertThat(verdicts).hasSize(2).allSatisfy(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).anySatisfy(m -> assertThat(m).contains("west"));
        });
    }

    @Test
    void doesNotKnowWhenASourceShowsNoFingerprints() {
        var west = cluster("west").signsWith("B").trusts("B");
        west.summary().getTrustedRoots().get(0).getCertificate().setSha256(null);
        west.summary().getIssuers().get(0).getCertificate().setSha256(null);

        assertThat(detect(mesh(cluster("east").trusts("A"), west)))
                .hasSize(2)
                .allMatch(v -> v.state() == Verdict.State.UNKNOWN);
    }

    @Test
    void doesNotKnowWhenASilentClusterLastDiffered() {
        assertThat(detect(mesh(
                        cluster("east").trusts("A"), cluster("west").trusts("B").silent())))
                .hasSize(2)
                .allMatch(v -> v.state() == Verdict.State.UNKNOWN);
        assertThat(detect(mesh(
                        cluster("east").trusts("A"), cluster("west").trusts("A").silent())))
                .isEmpty();
    }

    @Test
    void leavesUnrelatedDefaultInstallationsAlone() {
        var strangers = new TestCluster[] {
            cluster("east").trusts("self-1"), cluster("west").trusts("self-2")
        };

        assertThat(detect(meshNamed("cluster.local", strangers))).isEmpty();

        strangers[0].linkedTo("west");
        assertThat(detect(meshNamed("cluster.local", strangers))).hasSize(2);
    }

    @Test
    void keepsHostileNamesInsideOneWordOfACommand() {
        var verdicts = detect(mesh(
                cluster("east").trusts("A"), cluster("$(reboot)'; rm -rf / #").trusts("B")));

        assertThat(verdicts.get(0).steps())
                .extracting(RemediationStep::getCommand)
                .filteredOn(c -> c != null && c.contains("reboot"))
                .isNotEmpty()
                .allSatisfy(c -> assertThat(c).contains("--context='$(reboot)'\\''; rm -rf / #'"));
    }

    private static List<Verdict> detect(MeshView view) {
        return new NoCommonTrust().detect(view).toList();
    }
}
