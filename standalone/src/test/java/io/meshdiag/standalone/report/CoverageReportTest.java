package io.meshdiag.standalone.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageReportTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void showsStateShareAgeAndReasonOfEverySource() {
        assertThat(CoverageReport.render(
                        List.of(coverage(
                                "east",
                                NOON.minusSeconds(5),
                                source("kubernetes/pods", SourceState.OK, "", 3, 3, NOON.minusSeconds(90)),
                                source(
                                        "istiod/syncz",
                                        SourceState.FORBIDDEN,
                                        "grant create on pods/portforward",
                                        0,
                                        2,
                                        null))),
                        Style.PLAIN,
                        120))
                .isEqualTo("""
                        Mesh retail · cluster east · collector-0
                          heard 2026-11-20 11:59 UTC
                          istiod/syncz     forbidden    0 of 2               grant create on pods/portforward
                          kubernetes/pods  ok           3 of 3      90 s

                        1 source not read completely, 0 silent collectors; 1 collector.
                        """);
    }

    @Test
    void aCollectorIsSilentOnceThreeHeartbeatsAreMissing() {
        assertThat(coverage("east", NOON.minusSeconds(90)).silent()).isFalse();
        assertThat(coverage("east", NOON.minusSeconds(91)).silent()).isTrue();
        assertThat(CoverageReport.render(List.of(coverage("east", NOON.minusSeconds(3_600))), Style.PLAIN, 120))
                .contains("SILENT since 2026-11-20 11:00 UTC: nothing of this cluster is judged");
    }

    @Test
    void showsMachinesApartFromClusters() {
        var machine = new ClusterCoverage(
                "retail", "east", "db-1.shop", "vm-db-1.shop", NOON, NOON, Duration.ofSeconds(30), List.of());

        assertThat(CoverageReport.render(List.of(machine, coverage("west", NOON)), Style.PLAIN, 120))
                .containsSubsequence(
                        "Mesh retail · cluster west · collector-0",
                        "Mesh retail · virtual machine db-1.shop of cluster east · vm-db-1.shop");
    }

    @Test
    void saysWhenThereIsNothingToWish() {
        assertThat(CoverageReport.render(
                        List.of(
                                coverage(
                                        "west",
                                        NOON,
                                        source("probes/connectivity", SourceState.DISABLED, "", 0, 0, null)),
                                coverage("east", NOON)),
                        Style.PLAIN,
                        120))
                .containsSubsequence("cluster east", "cluster west")
                .endsWith("Everything that is looked at could be read; 2 collectors.\n");
    }

    @Test
    void tellsProgramsTheSame() {
        ObjectNode document = CoverageReport.document(List.of(
                coverage("east", NOON, source("istiod/syncz", SourceState.PARTIAL, "one replica of two", 1, 2, NOON))));

        assertThat(document.toString())
                .isEqualTo("{\"version\":1,\"clusters\":[{\"mesh\":\"retail\",\"cluster\":\"east\","
                        + "\"vm\":null,\"collector\":\"collector-0\",\"heardAt\":\"2026-11-20T12:00:00Z\",\"silent\":false,"
                        + "\"sources\":[{\"source\":\"istiod/syncz\",\"state\":\"PARTIAL\","
                        + "\"detail\":\"one replica of two\",\"read\":1,\"expected\":2,"
                        + "\"freshAt\":\"2026-11-20T12:00:00Z\"}]}]}");
    }

    private static ClusterCoverage coverage(String cluster, Instant heardAt, SourceCoverage... sources) {
        return new ClusterCoverage(
                "retail", cluster, "", "collector-0", heardAt, NOON, Duration.ofSeconds(30), List.of(sources));
    }

    private static SourceCoverage source(
            String name, SourceState state, String detail, int read, int expected, Instant freshAt) {
        return new SourceCoverage(name, state, detail, read, expected, freshAt);
    }
}
