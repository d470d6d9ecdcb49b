package io.meshdiag.processor.rules;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.SuppressionKind;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the file in which people decide about rules, docs/rules-configuration.md. */
public final class RulesFile {
    /** A suppression that nobody has to think about again hides the next outage too. */
    static final Duration LONGEST = Duration.ofDays(90);

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final long MAX_BYTES = 1 << 20;

    private final List<String> ids = Detectors.rules().stream().map(Rule::id).toList();
    private final Map<String, Detector<?>> detectors;
    private final Instant now;
    private final List<String> problems = new ArrayList<>();

    private RulesFile(Map<String, Detector<?>> detectors, Instant now) {
        this.detectors = detectors;
        this.now = now;
    }

    /**
     * Reads the file; without one, nothing is configured.
     *
     * @param now no suppression may end later than 90 days after it
     * @throws IllegalArgumentException with everything that is wrong, and what would be accepted
     */
    public static RuleSettings read(Optional<Path> file, Instant now) {
        Map<String, Detector<?>> detectors = Stream.<List<? extends Detector<?>>>of(
                        Detectors.ofCluster(), Detectors.ofMachine(), Detectors.ofService(), Detectors.ofMesh())
                .flatMap(List::stream)
                .collect(Collectors.toMap(d -> d.rule().id(), d -> d, (a, b) -> a, TreeMap::new));
        return file.map(path -> new RulesFile(detectors, now).read(path)).orElse(RuleSettings.NONE);
    }

    private RuleSettings read(Path file) {
        RuleSettings settings = settings(new Section(tree(file), "", problems));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.size() + " problem(s) in " + file + ":\n  - " + String.join("\n  - ", problems));
        }
        return settings;
    }

    private JsonNode tree(Path file) {
        try {
            if (Files.size(file) <= MAX_BYTES) {
                return YAML.readTree(Files.readString(file));
            }
            problems.add("it is larger than 1 MiB: that is no rules file");
        } catch (JsonProcessingException e) {
            problems.add("line " + e.getLocation().getLineNr() + " is no YAML: "
                    + Printable.shorten(
                            e.getOriginalMessage().lines().findFirst().orElse(""), 200));
        } catch (IOException e) {
            problems.add("it cannot be read (" + e.getClass().getSimpleName() + "); check its path and rights");
        }
        return YAML.createObjectNode();
    }

    private RuleSettings settings(Section root) {
        root.only("rules", "incidents", "suppressions");
        Map<String, RuleSetting> rules = new TreeMap<>();
        root.section("rules").map(Section::sections).orElse(Map.of()).forEach((id, section) -> {
            if (ids.contains(id)) {
                rules.put(id, rule(Optional.ofNullable(detectors.get(id)), section));
            } else {
                section.problem("", "is no rule; there are " + ids());
            }
        });
        return new RuleSettings(
                rules,
                root.list("suppressions").stream().map(this::silence).toList(),
                root.section("incidents").map(RulesFile::incidents).orElse(IncidentTimes.DEFAULT));
    }

    private static IncidentTimes incidents(Section section) {
        section.only("attributionWindow", "grace");
        return new IncidentTimes(
                section.duration("attributionWindow").orElse(IncidentTimes.DEFAULT.attributionWindow()),
                section.duration("grace").orElse(IncidentTimes.DEFAULT.grace()));
    }

    /** @param detector empty for the rule that judges findings in place of facts */
    private RuleSetting rule(Optional<Detector<?>> detector, Section section) {
        section.only("enabled", "severity", "activateAfter", "resolveAfter", "thresholds");
        return new RuleSetting(
                section.flag("enabled").orElse(true),
                section.word("severity", Severity.class),
                section.duration("activateAfter"),
                section.duration("resolveAfter"),
                section.section("thresholds").flatMap(numbers -> thresholds(detector, numbers)));
    }

    private static Optional<Record> thresholds(Optional<Detector<?>> detector, Section section) {
        Optional<RuleThresholds> known = detector.flatMap(RuleThresholds::of);
        if (known.isEmpty()) {
            section.problem("", "this rule has no numbers to change");
        }
        return known.map(thresholds -> {
            section.only(thresholds.names().toArray(String[]::new));
            return thresholds.read(section);
        });
    }

    private Silence silence(Section section) {
        section.only("rule", "cluster", "namespace", "service", "kind", "reason", "author", "until");
        if (Stream.of("rule", "cluster", "namespace", "service").noneMatch(section::has)) {
            section.problem("", "would hide everything; name a rule, cluster, namespace or service");
        }
        String rule = section.text("rule").orElse("");
        if (!rule.isEmpty() && ids.stream().noneMatch(Silence.glob(rule).asMatchPredicate())) {
            section.problem("rule", "is '" + rule + "', which is no rule; there are " + ids());
        }
        String reason = section.required("reason", "why nobody needs to be told");
        String author = section.required("author", "who answers for it");
        section.required("until", "when it ends, at most " + LONGEST.toDays() + " days from now");
        Instant latest = now.plus(LONGEST);
        Optional<Instant> until = section.has("until") ? section.time("until") : Optional.empty();
        until.filter(latest::isBefore)
                .ifPresent(at -> section.problem(
                        "until",
                        "is " + at + ", more than " + LONGEST.toDays() + " days away; the latest is " + latest));
        return new Silence(
                rule,
                section.text("cluster").orElse(""),
                section.text("namespace").orElse(""),
                section.text("service").orElse(""),
                section.word("kind", SuppressionKind.class).orElse(SuppressionKind.SILENCE),
                reason,
                author,
                until.orElse(now));
    }

    private String ids() {
        return String.join(", ", ids);
    }
}
