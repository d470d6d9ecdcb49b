package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestCluster.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretChurnLeaksTest {
    private static final long[] RISING = {1000, 1200, 1400, 1600, 1800, 2000, 2200};

    @Test
    void isOneFindingPerVersionWithAllItsIstiods() {
        assertThat(detect(
                        cluster("east").istiodGrew("istiod-1", "1.29.2", h -> h, RISING),
                        cluster("west").istiodGrew("istiod-2", "1.29.2", h -> h, RISING)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("version:1.29.2");
                    assertThat(v.title())
                            .isEqualTo("2 istiod(s) of version 1.29.2 grow with every change of a remote secret");
                    assertThat(v.description())
                            .startsWith("east/istio-system/istiod-1: goroutines 1000 to 2000 and heap 125 to 250 MiB"
                                    + " within 5 h, 5 change(s) of remote secrets.");
                    assertThat(v.affected().getProxies()).isEqualTo(20);
                });
    }

    @Test
    void needsSixCompleteHoursSoThatOneLookLeadsToNothing() {
        assertThat(detect(cluster("east")
                        .istiodGrew("istiod-1", "1.29.2", h -> h, 5000)
                        .archive()))
                .isEmpty();
        assertThat(detect(cluster("east").istiodGrew("istiod-1", "1.29.2", h -> h, 1000, 1200, 1400, 1600, 1800, 9000)))
                .isEmpty();
    }

    @Test
    void isSilentWhenMoreProxiesMakeIstiodGrow() {
        assertThat(detect(cluster("east")
                        .istiodGrew("istiod-1", "1.29.2", h -> h.setProxies(h.getGoroutines() / 10), RISING)))
                .isEmpty();
    }

    @Test
    void isSilentWhenRemoteSecretsDoNotChange() {
        assertThat(detect(cluster("east").istiodGrew("istiod-1", "1.29.2", h -> h.setSecretEvents(7L), RISING)))
                .isEmpty();
    }

    @Test
    void isSilentWhenIstiodShrinksInBetween() {
        assertThat(detect(cluster("east")
                        .istiodGrew("istiod-1", "1.29.2", h -> h, 1000, 1500, 1200, 1600, 1800, 2000, 2200)))
                .isEmpty();
    }

    @Test
    void takesChangesFromTheLogOfVersionsThatDoNotCountThem() {
        var east = cluster("east")
                .istiodGrew("istiod-1", "1.27.1", h -> h.setSecretEvents(null), RISING)
                .istiodLogs("istiod-1", signal(Growth.UPDATED, "west", NOW, "Updating cluster"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.description()).contains("12 change(s)");
        });
    }

    @Test
    void doesNotKnowWhereNothingTellsOfChanges() {
        assertThat(detect(cluster("east").istiodGrew("istiod-1", "1.27.1", h -> h.setSecretEvents(null), RISING)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).singleElement().asString().startsWith("cluster east: neither istiod's");
                });
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new SecretChurnLeaks().detect(mesh(clusters)).toList();
    }
}
