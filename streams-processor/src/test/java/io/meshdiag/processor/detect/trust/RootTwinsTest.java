package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootTwinsTest {
    @Test
    void namesTheClustersWhoseRootsOnlyLookTheSame() {
        var verdicts = detect(mesh(
                named("east", "CN=Root CA", "A"), named("north", "CN=Root CA", "A"), named("west", "CN=Root CA", "B")));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.title()).isEqualTo("Roots with the name 'CN=Root CA' in 3 clusters have 2 different keys");
            assertThat(v.scope().getClusters()).containsExactly("east", "north", "west");
            assertThat(v.subject().getCluster()).isEqualTo("west");
            assertThat(v.evidence()).hasSize(3);
        });
    }

    @Test
    void isSilentWhenTheNamesDiffer() {
        assertThat(detect(mesh(cluster("east").trusts("A"), cluster("west").trusts("B"))))
                .isEmpty();
    }

    @Test
    void isSilentWhileARootAndItsSuccessorOfTheSameNameAreBothTrusted() {
        var east = named("east", "CN=Root CA", "A", "B");

        assertThat(detect(mesh(east, named("west", "CN=Root CA", "B")))).isEmpty();
    }

    @Test
    void comparesSerialNumbersThatAreNoCounters() {
        assertThat(detect(mesh(serial("east", "A", "0a1b2c3d4e5f6071"), serial("west", "B", "0a1b2c3d4e5f6071"))))
                .singleElement()
                .satisfies(v -> assertThat(v.title())
                        .isEqualTo(
                                "Roots with the serial number 0a1b2c3d4e5f6071 in 2 clusters have 2 different keys"));
        assertThat(detect(mesh(serial("east", "A", "a1b2c3d4e5f6071"), serial("west", "B", "a1b2c3d4e5f6071"))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenOneOfTwoIsSilent() {
        assertThat(detect(mesh(
                        named("east", "CN=Root CA", "A"),
                        named("west", "CN=Root CA", "B").silent())))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster west: the collector is silent");
                });
    }

    private static TestCluster named(String id, String subject, String... roots) {
        TestCluster cluster = cluster(id).trusts(roots);
        cluster.summary().getTrustedRoots().forEach(use -> {
            use.getCertificate().setSubject(subject);
            use.getCertificate().setIssuer(subject);
        });
        return cluster;
    }

    private static TestCluster serial(String id, String root, String serial) {
        TestCluster cluster = cluster(id).trusts(root);
        cluster.summary().getTrustedRoots().get(0).getCertificate().setSerial(serial);
        return cluster;
    }

    private static List<Verdict> detect(MeshView view) {
        return new RootTwins().detect(view).toList();
    }
}
