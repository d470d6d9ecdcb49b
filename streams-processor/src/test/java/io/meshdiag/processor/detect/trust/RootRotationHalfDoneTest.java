package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootRotationHalfDoneTest {
    @Test
    void countsWhatIsLeftWhileARotationGoesWell() {
        var verdicts = detect(mesh(
                cluster("east").trusts("A", "B").proxiesSignedBy("A", 4).proxiesSignedBy("B", 2),
                cluster("west").trusts("A", "B").proxiesSignedBy("A", 6)));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.INFO);
            assertThat(v.title()).startsWith("A root rotation is in progress: ");
            assertThat(v.description())
                    .contains("Of 12 certificates seen", "10 descend from 'CN=Root A'", "2 descend from 'CN=Root B'")
                    .contains("so nothing is broken", "can be dropped when no certificate descends from it");
            assertThat(v.scope().getClusters()).containsExactly("east", "west");
        });
    }

    @Test
    void takesTheOlderOfTheRootsForTheOneToDrop() {
        var east = cluster("east").trusts("A", "B").proxiesSignedBy("A", 1).proxiesSignedBy("B", 7);
        east.summary().getTrustedRoots().get(0).getCertificate().setNotBefore(NOW.minusSeconds(9_000));
        east.summary().getTrustedRoots().get(1).getCertificate().setNotBefore(NOW.minusSeconds(8_000));

        assertThat(detect(mesh(east))).singleElement().satisfies(v -> {
            assertThat(v.title())
                    .isEqualTo("A root rotation is in progress: 1 of 8 certificates seen descend from the old root");
            assertThat(v.description())
                    .contains("The old root 'CN=Root A'")
                    .endsWith("can be dropped when no certificate descends from it: there are still 1 in east.");
        });
    }

    @Test
    void saysThatTheOldRootCanBeDroppedWhenNoCertificateDescendsFromItAnyMore() {
        var east = cluster("east").trusts("A", "B").proxiesSignedBy("B", 8);
        east.summary().getTrustedRoots().get(0).getCertificate().setNotBefore(NOW.minusSeconds(9_000));
        east.summary().getTrustedRoots().get(1).getCertificate().setNotBefore(NOW.minusSeconds(8_000));

        assertThat(detect(mesh(east))).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.INFO);
            assertThat(v.title())
                    .isEqualTo("A root rotation is complete: the old root can be dropped,"
                            + " no certificate seen descends from it");
            assertThat(v.description())
                    .contains("No certificate seen descends from the old root 'CN=Root A'")
                    .endsWith(" any more: it can be dropped now.");
        });
    }

    @Test
    void isSilentBeforeTheNewRootSignsAndAfterTheLastCertificateOfTheOldOne() {
        assertThat(detect(mesh(
                        cluster("east").trusts("old", "new").proxiesSignedBy("old", 2),
                        cluster("west").trusts("old").proxiesSignedBy("old", 2))))
                .isEmpty();
        assertThat(detect(mesh(
                        cluster("east").trusts("old", "new").proxiesSignedBy("new", 2),
                        cluster("west").trusts("new").proxiesSignedBy("new", 2))))
                .isEmpty();
    }

    @Test
    void isSilentWhenClustersSignWithRootsOfTheirOwnAndAllTrustAll() {
        assertThat(detect(mesh(
                        cluster("east").trusts("A", "B").proxiesSignedBy("A", 2),
                        cluster("west").trusts("A", "B").proxiesSignedBy("B", 2))))
                .isEmpty();
    }

    @Test
    void isHighWhenAClusterDroppedTheRootOfSomeCertificates() {
        var verdicts = detect(mesh(
                cluster("east").trusts("old", "new").proxiesSignedBy("old", 1).proxiesSignedBy("new", 5),
                cluster("west").trusts("new").proxiesSignedBy("new", 6)));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.title())
                    .isEqualTo("Cluster west does not trust a root that 1 of 12 certificates seen descend from");
            assertThat(v.description()).contains("But west does not trust 'CN=Root old' sha256:");
            assertThat(v.subject().getCluster()).isEqualTo("west");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains(
                            "kubectl --context=west --namespace=istio-system rollout restart deployment"
                                    + " --selector=app=istiod",
                            "kubectl --context=east --namespace=shop rollout restart deployment");
        });
    }

    @Test
    void isCriticalWhenAClusterRefusesAllCertificatesOfAnother() {
        assertThat(detect(mesh(
                        cluster("east").trusts("old", "new").proxiesSignedBy("old", 6),
                        cluster("west").trusts("new").proxiesSignedBy("new", 6))))
                .singleElement()
                .extracting(Verdict::severity)
                .isEqualTo(Severity.CRITICAL);
    }

    @Test
    void isHighWhenOnlyAPartOfAClusterTrustsARootInUse() {
        var east = cluster("east")
                .trusts("old")
                .trustsInPart("new", 2)
                .proxiesSignedBy("old", 3)
                .proxiesSignedBy("new", 1);

        assertThat(detect(mesh(east))).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.title())
                    .isEqualTo(
                            "A part of cluster east does not trust a root that 1 of 4 certificates seen descend from");
            assertThat(v.description())
                    .contains("1 of 3 namespaces, proxies and machines in east do not trust 'CN=Root new'");
        });
    }

    @Test
    void leavesClustersThatNeverHadARootInCommonToTheOtherRule() {
        assertThat(detect(mesh(
                        cluster("east").trusts("A").proxiesSignedBy("A", 2),
                        cluster("west").trusts("B").proxiesSignedBy("B", 2))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenOnlyASilentClusterShowsIt() {
        assertThat(detect(mesh(
                        cluster("east").trusts("old", "new").proxiesSignedBy("new", 6),
                        cluster("west").trusts("old").proxiesSignedBy("old", 6).silent())))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster west: the collector is silent");
                });
    }

    private static List<Verdict> detect(MeshView view) {
        return new RootRotationHalfDone().detect(view).toList();
    }
}
