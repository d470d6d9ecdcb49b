package io.meshdiag.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.Detectors;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshdiagTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "diagnose",
                "explain",
                "rules",
                "simulate",
                "bench",
                "bench-live",
                "bench-outage",
                "coverage",
                "score"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        Shell.Result result = shell().run(command, "--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Usage: meshdiag " + command, "  meshdiag " + command);
    }

    @Test
    void withoutACommandItSaysWhatThereIs() {
        assertThat(shell().run().out()).contains("diagnose", "demo", "Exit codes:");
    }

    @Test
    void tellsItsVersion() {
        assertThat(shell().run("--version").out()).startsWith("meshdiag ");
    }

    @Test
    void aMisspeltOptionIsWrongUse() {
        Shell.Result result = shell().run("diagnose", "--sevrity=high", "x");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--sevrity", "--severity");
    }

    @Test
    void aValueThatIsNotOneIsWrongUse() {
        Shell.Result result = shell().run("demo", "--output=xml");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("xml", "Try 'meshdiag demo --help'.");
    }

    @Test
    void diagnosingNothingIsWrongUse() {
        assertThat(shell().run("diagnose").exitCode()).isEqualTo(2);
    }

    @Test
    void anArchiveThatIsNotThereIsToldWithoutStartingAnything() {
        Shell.Result result = shell().run("diagnose", folder.resolve("east").toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("meshdiag: " + folder.resolve("east") + " does not exist; give a folder or a .tar.gz")
                .doesNotContain("Kafka");
    }

    @Test
    void whatIsNoDurationIsToldWithOneThatIs() {
        Shell.Result result = shell().run("bench-outage", "--outage=10");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains("'--outage': '10' is no duration; write it in ISO-8601, such as PT30S or PT10M");
    }

    @Test
    void anOutageThatTakesNoTimeIsRefusedBeforeAnythingStarts() {
        Shell.Result result = shell().run("bench-outage", "--outage=PT0S");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--outage must take some time, such as PT1M");
        assertThat(result.out()).doesNotContain("Kafka");
    }

    @Test
    void aRuleThatDoesNotExistIsNoEmptyResult() {
        Shell.Result result = shell().run("demo", "--rule=TRU-99");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("no rule TRU-99; there are EPT-01");
    }

    @Test
    void listsAllRules() {
        String list = shell().run("rules").out();

        assertThat(Detectors.rules()).allSatisfy(rule -> assertThat(list).contains(rule.id(), rule.title()));
    }

    @Test
    void explainsARule() {
        Shell.Result result = shell().run("explain", "tru-01");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("TRU-01  ").contains("Severity", "Why", "Do ", "Cause     TRU-02:");
    }

    @Test
    void suggestsTheRuleThatWasProbablyMeant() {
        Shell.Result result = shell().run("explain", "TRU-11");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("no rule TRU-11; did you mean TRU-01, TRU-10");
    }

    @Test
    void explainingAFindingNeedsADiagnosisFirst() {
        Shell.Result result = shell().run("explain", "mf1-abcd");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("there is no diagnosis to explain from yet", "run 'meshdiag diagnose'");
    }

    @Test
    void aStateFileOfSomethingElseIsToldSo() throws Exception {
        Path file = Files.writeString(folder.resolve("other.json"), "{\"findings\":[{\"a\":1}]}");

        Shell.Result result = shell().run("explain", "mf1-abcd", "--state", file.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(file + " is not a diagnosis that this version wrote");
    }

    @Test
    void listsTheBundledScenarios() {
        assertThat(shell().run("simulate").out()).contains("healthy-5", "own-root", "demo");
    }

    @Test
    void aScenarioThatDoesNotExistIsToldWithThoseThatDo() {
        Shell.Result result = shell().run("simulate", "nothing", "--output-dir=" + folder);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("nothing", "healthy-5");
    }

    @Test
    void showsWhatArchivesCover() {
        Path clusters = folder.resolve("clusters");
        shell().run("simulate", "own-root", "--output-dir=" + clusters);

        Shell.Result result =
                shell().run("coverage", clusters.resolve("eu-west-1").toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("cluster eu-west-1", "kubernetes/resources", "1 collector.");
    }

    @Test
    void coverageOfADeploymentNeedsToKnowWhichOne() {
        Shell.Result result = shell().run("coverage");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("MESHDIAG_BOOTSTRAP_SERVERS is not set");
    }

    @Test
    void aRulesFileWithMistakesIsToldBeforeAnythingStarts() throws Exception {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), "rules: {ABC-01: {enabled: false}}");

        Shell.Result result = shell().run("diagnose", "--rules=" + rules, folder.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("1 problem(s) in " + rules, "rules.ABC-01 is no rule; there are EPT-01");
    }

    private Shell shell() {
        return new Shell(folder.resolve("state"));
    }
}
