package io.meshdiag.processor.detect.observe;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectorSilentTest {
    @Test
    void namesTheClusterThatIsNotHeardAnyMore() {
        assertThat(detect(cluster("east").silent(), cluster("west")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("east-uid");
                    assertThat(v.title()).isEqualTo("No heartbeat from the collector of cluster east");
                    assertThat(v.steps()).allMatch(s -> s.getCommand().startsWith("kubectl --context=east"));
                });
    }

    @Test
    void isSilentAboutClustersThatAreHeardAndAboutArchivesWhichNeedNotBe() {
        assertThat(detect(cluster("east"), cluster("west").archive())).isEmpty();
    }

    @Test
    void saysNothingOfAClusterWhoseFactsAreStillArriving() {
        assertThat(detect(cluster("east").incomplete())).isEmpty();
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new CollectorSilent().detect(mesh(clusters)).toList();
    }
}
