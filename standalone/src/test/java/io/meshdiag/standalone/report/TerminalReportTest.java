package io.meshdiag.standalone.report;

import static io.meshdiag.standalone.report.Findings.diagnosis;
import static io.meshdiag.standalone.report.Findings.explainedBy;
import static io.meshdiag.standalone.report.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Suppression;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TerminalReportTest {
    @Test
    void showsCauseAffectedTimeAndFirstStepOfAnIncident() {
        Finding root = finding("mf1-abcdefghijkl", "TRU-02", Severity.CRITICAL, "Cluster west has a root of its own");
        Finding symptom =
                explainedBy(root, finding("mf1-zzz", "TRU-01", Severity.CRITICAL, "east does not trust west"));

        assertThat(plain(diagnosis(root, symptom), 100)).isEqualTo("""
                Mesh retail · 2026-11-20 09:00 UTC · 2 clusters: east, west

                1  CRITICAL  Cluster west has a root of its own
                  TRU-02 · mf1-abcdefgh

                  Why       east trusts sha256:aaaa; west is signed by sha256:bbbb.
                  Affected  2 clusters, 1,200 proxies: shop/cart@east
                  Since     not known; seen once, 2026-11-20 09:00 UTC
                  Explains  1 × TRU-01 One cluster does not trust the certificates of another
                  Do first  Compare the roots.
                            $ kubectl --context=east get secret cacerts
                  Then      1 more step, and the evidence: meshdiag explain mf1-abcdefgh

                1 incident: 1 critical; 1 further finding explained by them
                """);
    }

    @Test
    void saysThatNothingIsWrong() {
        assertThat(plain(diagnosis(), 100)).endsWith("\nNo incident.\n");
    }

    @Test
    void showsApartWhatPeopleDecidedNotToBeTold() {
        Finding known = finding("mf1-a", "TRU-01", Severity.CRITICAL, "east does not trust west");
        known.setSuppression(Suppression.newBuilder()
                .setActive(true)
                .setReason("west is being moved")
                .setBy("jo")
                .setUntil(Instant.parse("2026-12-24T00:00:00Z"))
                .build());

        String report = plain(diagnosis(known), 120);

        assertThat(report)
                .contains("Suppressed\n  TRU-01    east does not trust west: west is being moved"
                        + " (jo, until 2026-12-24 00:00 UTC)\n")
                .endsWith("No incident.\n");
        assertThat(Incident.among(List.of(known), FindingFilter.ALL)).isEmpty();
    }

    @Test
    void putsTheWorstFirst() {
        String report = plain(
                diagnosis(
                        finding("mf1-a", "EPT-01", Severity.LOW, "a low one"),
                        finding("mf1-b", "TRU-01", Severity.CRITICAL, "a critical one"),
                        finding("mf1-c", "RMT-01", Severity.HIGH, "a high one")),
                100);

        assertThat(report).containsSubsequence("a critical one", "a high one", "a low one");
    }

    @Test
    void leavesOutWhatWasNotAskedFor() {
        Diagnosis diagnosis = diagnosis(
                finding("mf1-a", "RMT-01", Severity.HIGH, "the wanted one"),
                finding("mf1-b", "TRU-01", Severity.HIGH, "another rule"),
                finding("mf1-c", "RMT-01", Severity.LOW, "too harmless"));

        String report = TerminalReport.render(
                diagnosis, new FindingFilter(Severity.HIGH, Set.of("RMT-01")), false, Style.PLAIN, 100);

        assertThat(report)
                .contains("the wanted one", "1 incident that you asked for")
                .doesNotContain("another rule", "too harmless");
    }

    @Test
    void countsNoResolvedFinding() {
        Finding resolved = finding("mf1-a", "RMT-01", Severity.HIGH, "gone");
        resolved.setState(DetectionState.RESOLVED);

        assertThat(plain(diagnosis(resolved), 100)).contains("No incident.").doesNotContain("gone");
    }

    @Test
    void tellsWhatCannotBeJudgedAndWhy() {
        Finding unknown = finding("mf1-a", "TRU-01", Severity.HIGH, "east does not trust west");
        unknown.setState(DetectionState.UNKNOWN);
        unknown.setCoverage(new Coverage(false, List.of("cluster west: ConfigMap istio-ca-root-cert")));

        assertThat(plain(diagnosis(unknown), 100))
                .contains("Cannot be judged")
                .contains("TRU-01    east does not trust west; not seen: cluster west: ConfigMap istio-ca-root-cert")
                .endsWith("No incident.\n");
    }

    @Test
    void lettersOfOthersCannotSteerTheTerminal() {
        Finding hostile = finding("mf1-a", "TRU-01", Severity.HIGH, "\u001b[2Jcleared\u202Eright to left");

        assertThat(plain(diagnosis(hostile), 100))
                .doesNotContain("\u001b", "\u202E")
                .contains("\\u001b[2Jcleared\\u202eright to left");
    }

    @Test
    void keepsTextWithinTheWidthAndCommandsInOnePiece() {
        Finding wordy = finding("mf1-a", "TRU-01", Severity.HIGH, "word ".repeat(40));
        wordy.setDescription("many words ".repeat(60));
        wordy.getRemediation().getSteps().get(0).setCommand("kubectl get " + "x".repeat(200));

        List<String> lines = plain(diagnosis(wordy), 80).lines().toList();

        assertThat(lines)
                .filteredOn(line -> line.length() > 80)
                .singleElement()
                .asString()
                .contains("$ kubectl get xxx");
    }

    @Test
    void coloursOnlyWhereItIsWanted() {
        Finding finding = finding("mf1-a", "TRU-01", Severity.CRITICAL, "a title");

        assertThat(plain(diagnosis(finding), 100)).doesNotContain("\u001b");
        assertThat(TerminalReport.render(diagnosis(finding), FindingFilter.ALL, false, new Style(true), 100))
                .contains("\u001b[1;97;41m CRITICAL \u001b[0m");
    }

    @Test
    void countsVirtualMachinesApartFromClusters() {
        Diagnosis diagnosis = new Diagnosis(
                List.of(
                        new Diagnosis.ClusterLook("east/", "retail", "east", Findings.NINE, List.of()),
                        new Diagnosis.ClusterLook("db-1/", "retail", "east", "db-1.shop", Findings.NINE, List.of())),
                List.of(),
                1,
                0,
                List.of());

        assertThat(plain(diagnosis, 100)).contains("1 cluster: east · 1 virtual machine");
    }

    @Test
    void showsAFewGapsAndHowToSeeAll() {
        List<SourceCoverage> gaps = IntStream.rangeClosed(1, 7)
                .mapToObj(i -> SourceCoverage.newBuilder()
                        .setSource("istiod/page" + i)
                        .setState(SourceState.MISSING)
                        .setDetail("")
                        .setRead(0)
                        .setExpected(1)
                        .build())
                .toList();
        Diagnosis diagnosis = new Diagnosis(
                List.of(new Diagnosis.ClusterLook("east/", "retail", "east", Findings.NINE, gaps)),
                List.of(),
                1,
                0,
                List.of("The archives were taken 5 h 0 min apart."));

        assertThat(plain(diagnosis, 100))
                .contains("Run   The archives were taken 5 h 0 min apart.", "east  istiod/page1 missing")
                .contains("… and 4 more (--verbose shows all)")
                .doesNotContain("page7");
        assertThat(TerminalReport.render(diagnosis, FindingFilter.ALL, true, Style.PLAIN, 100))
                .contains("page7");
    }

    private static String plain(Diagnosis diagnosis, int width) {
        return TerminalReport.render(diagnosis, FindingFilter.ALL, false, Style.PLAIN, width);
    }
}
