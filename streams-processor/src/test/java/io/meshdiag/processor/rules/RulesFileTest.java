package io.meshdiag.processor.rules;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.finding.Severity;
import io.meshdiag.finding.SuppressionKind;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.xds.ProxyStale;
import io.meshdiag.processor.topology.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {
    private static final Instant WINTER = Instant.parse("2026-11-21T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void theDocumentedExampleIsLoadedAndDoesWhatItSays() throws IOException {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/rules-configuration.md")));
        assertThat(example.find()).isTrue();

        RuleSettings settings = read(example.group(1), WINTER);

        List<Rule> rules = Catalogue.configured(settings).all();
        assertThat(rules).extracting(Rule::id).doesNotContain("OBS-02").contains("OBS-01");
        assertThat(rule(rules, "RMT-02").severity()).isEqualTo(Severity.MEDIUM);
        assertThat(rule(rules, "XDS-03").activateAfter()).isEqualTo(Duration.ofMinutes(2));
        assertThat(rule(rules, "XDS-03").resolveAfter()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.byRule().get("XDS-03").thresholds())
                .contains(new ProxyStale.Thresholds(Duration.ofMinutes(5), 20, 0.2));
        assertThat(settings.incidentTimes())
                .isEqualTo(new IncidentTimes(Duration.ofMinutes(3), IncidentTimes.DEFAULT.grace()));
        assertThat(settings.silences()).hasSize(2).first().satisfies(silence -> {
            assertThat(silence.rule()).isEqualTo("HKS-*");
            assertThat(silence.cluster()).isEqualTo("staging-*");
            assertThat(silence.kind()).isEqualTo(SuppressionKind.MAINTENANCE);
            assertThat(silence.author()).isEqualTo("jo@example.org");
            assertThat(silence.until()).isEqualTo(Instant.parse("2026-12-24T00:00:00Z"));
        });
    }

    @Test
    void allMistakesAreNamedAtOnceWithWhatWouldBeAccepted() {
        assertThatThrownBy(() -> read("""
                        rules:
                          XDS-99: {enabled: false}
                          XDS-03:
                            severity: terrible
                            activateAfter: 5m
                            resolvedAfter: PT1M
                            enabled: nope
                            thresholds: {many: -1, unacknowledged: PT-1S, few: 3}
                          OBS-01:
                            thresholds: {silence: PT1M}
                        suppressions:
                          - rule: TRX-*
                            author: jo
                            until: tomorrow
                          - reason: all of it
                            author: jo
                            until: 2026-05-31T00:00:00Z
                        silences: []
                        incidents: {window: PT1M}
                        """, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(
                        e -> assertThat(e.getMessage().lines())
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - silences is not known here; known are rules, incidents, suppressions"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - incidents.window is not known here; known are attributionWindow, grace"))
                                .anySatisfy(line ->
                                        assertThat(line).startsWith("  - rules.XDS-99 is no rule; there are EPT-01,"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - rules.XDS-03.severity is 'terrible'; write one of info, low, medium, high, critical"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - rules.XDS-03.activateAfter is '5m'; write an ISO-8601 duration such as PT5M or P7D"))
                                .anySatisfy(line -> assertThat(line)
                                        .isEqualTo(
                                                "  - rules.XDS-03.resolvedAfter is not known here; known are enabled, severity,"
                                                        + " activateAfter, resolveAfter, thresholds"))
                                .anySatisfy(line -> assertThat(line)
                                        .isEqualTo("  - rules.XDS-03.enabled is 'nope'; write true or false"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - rules.XDS-03.thresholds.many is '-1'; write a whole number, at least 0"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .startsWith(
                                                        "  - rules.XDS-03.thresholds.unacknowledged is 'PT-1S'; write an ISO-8601"))
                                .anySatisfy(line -> assertThat(line)
                                        .isEqualTo(
                                                "  - rules.XDS-03.thresholds.few is not known here; known are unacknowledged, many,"
                                                        + " largeShare"))
                                .anySatisfy(line -> assertThat(line)
                                        .isEqualTo("  - rules.OBS-01.thresholds this rule has no numbers to change"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .startsWith(
                                                        "  - suppressions[1].rule is 'TRX-*', which is no rule; there are EPT-01,"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - suppressions[1].reason is missing; write why nobody needs to be told"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - suppressions[1].until is 'tomorrow'; write a time such as 2026-12-24T00:00:00Z"))
                                .anySatisfy(
                                        line -> assertThat(line)
                                                .isEqualTo(
                                                        "  - suppressions[2] would hide everything; name a rule, cluster, namespace or service")));
    }

    @Test
    void aSuppressionLastsNinetyDaysAtMost() {
        Instant latest = NOW.plus(Duration.ofDays(90));

        assertThat(read(suppression(latest), NOW).silences()).hasSize(1);
        assertThatThrownBy(() -> read(suppression(latest.plusSeconds(1)), NOW))
                .hasMessageContaining("suppressions[1].until is " + latest.plusSeconds(1)
                        + ", more than 90 days away; the latest is " + latest);
    }

    @Test
    void aSuppressionThatIsOverIsNoMistakeButIsKnownToBeOver() {
        RuleSettings settings = read(suppression(NOW.minusSeconds(1)), NOW);

        assertThat(new Silences(settings.silences()).over(NOW))
                .singleElement()
                .extracting(Silence::describeEnd)
                .asString()
                .contains("the suppression by jo (noise) ended at");
    }

    @Test
    void namesWrittenTwiceAndBrokenFilesAreRefused() {
        assertThatThrownBy(() -> read("rules: {OBS-01: {enabled: false}, OBS-01: {enabled: true}}", NOW))
                .hasMessageContaining("Duplicate field 'OBS-01'");
        assertThatThrownBy(() -> read("rules: [", NOW)).hasMessageContaining("line 1 is no YAML");
        assertThatThrownBy(() -> RulesFile.read(Optional.of(folder.resolve("absent.yaml")), NOW))
                .hasMessageContaining("cannot be read (NoSuchFileException); check its path and rights");
    }

    @Test
    void anEmptyFileAndNoFileChangeNothing() {
        assertThat(read("", NOW)).isEqualTo(RuleSettings.NONE);
        assertThat(RulesFile.read(Optional.empty(), NOW)).isEqualTo(RuleSettings.NONE);
        assertThat(Catalogue.configured(RuleSettings.NONE).all()).hasSameSizeAs(Detectors.rules());
    }

    /** Every rule with numbers is built as the mechanism expects, or its users could not change them. */
    @Test
    void theNumbersOfEveryRuleCanBeConfigured() {
        List<Detector<?>> withNumbers = Stream.<List<? extends Detector<?>>>of(
                        Detectors.ofCluster(), Detectors.ofMachine(), Detectors.ofService(), Detectors.ofMesh())
                .<Detector<?>>flatMap(List::stream)
                .filter(detector -> RuleThresholds.of(detector).isPresent())
                .toList();

        assertThat(withNumbers).extracting(d -> d.rule().id()).contains("XDS-03");
        assertThat(withNumbers).allSatisfy(detector -> {
            String id = detector.rule().id();
            RuleSetting setting =
                    read("rules: {" + id + ": {thresholds: {}}}", NOW).byRule().get(id);
            assertThat(setting.applyTo(detector).rule()).isEqualTo(detector.rule());
        });
    }

    @Test
    void theRuleThatJudgesFindingsCanBeSwitchedOffAndSuppressedAsAnyOther() {
        RuleSettings settings = read("""
                rules:
                  INC-01: {enabled: false}
                suppressions:
                  - {rule: INC-*, reason: noise, author: jo, until: 2026-12-01T00:00:00Z}
                """, Instant.parse("2026-11-20T00:00:00Z"));

        assertThat(settings.of("INC-01").enabled()).isFalse();
        assertThat(settings.silences()).hasSize(1);
        assertThat(Catalogue.configured(settings).all()).extracting(Rule::id).doesNotContain("INC-01");
    }

    @Test
    void theDocumentationListsTheNumbersOfEveryRule() throws IOException {
        String page = Files.readString(Path.of("../docs/rules-configuration.md"));

        assertThat(Stream.<List<? extends Detector<?>>>of(
                                Detectors.ofCluster(), Detectors.ofMachine(), Detectors.ofService(), Detectors.ofMesh())
                        .flatMap(List::stream)
                        .flatMap(detector -> RuleThresholds.of(detector).stream()
                                .flatMap(thresholds -> thresholds.values().entrySet().stream())
                                .map(e -> "| " + detector.rule().id() + " | `" + e.getKey() + "` | `" + e.getValue()
                                        + "` |")))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(page).contains(row));
    }

    private static Rule rule(List<Rule> rules, String id) {
        return rules.stream().filter(rule -> rule.id().equals(id)).findFirst().orElseThrow();
    }

    private static String suppression(Instant until) {
        return "suppressions: [{rule: TRU-01, reason: noise, author: jo, until: " + until + "}]";
    }

    private RuleSettings read(String yaml, Instant now) {
        try {
            return RulesFile.read(Optional.of(Files.writeString(folder.resolve("rules.yaml"), yaml)), now);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
