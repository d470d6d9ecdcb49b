package io.meshdiag.standalone.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.FleetDriver;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.live.RememberedFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Incidents are the same trees whatever order facts arrive in, and whenever they are judged in between. */
class SameTreeTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"cause-and-stranger", "rotation-and-secret-missing", "demo", "fleet-version-cohort"})
    void factsInAnyOrderGiveTheSameTree(String name) throws Exception {
        List<SpecificRecord> facts = facts(Scenario.bundled(name));
        Map<String, String> expected = trees(facts, new Random(0));
        assertThat(expected).hasSizeGreaterThan(2);

        for (long seed = 1; seed <= 5; seed++) {
            List<SpecificRecord> shuffled = new ArrayList<>(facts);
            Random random = new Random(seed);
            Collections.shuffle(shuffled, random);

            assertThat(trees(shuffled, random)).as("seed " + seed).isEqualTo(expected);
        }
    }

    /** Who is under whom, by finding id. */
    private Map<String, String> trees(List<SpecificRecord> facts, Random random) {
        Scenario any = Scenario.bundled("healthy-5");
        try (FleetDriver topology = new FleetDriver(
                folder.resolve("state-" + random.nextLong()),
                Catalogue.configured(RuleSettings.NONE),
                any.time().plus(Duration.ofDays(1)))) {
            for (SpecificRecord fact : facts) {
                // A driver keeps and changes what it is given.
                topology.publish(SpecificData.get().deepCopy(fact.getSchema(), fact));
                if (random.nextInt(200) == 0) {
                    topology.pass(Duration.ofMillis(400));
                }
            }
            topology.settle();
            Map<String, String> trees = new TreeMap<>();
            for (Finding finding : topology.findings()) {
                trees.put(
                        finding.getId(),
                        String.join(
                                " ",
                                finding.getRule().getId(),
                                finding.getState().name(),
                                finding.getIncidentId(),
                                String.valueOf(finding.getRootCause()),
                                String.valueOf(finding.getExplains())));
            }
            return trees;
        }
    }

    private List<SpecificRecord> facts(Scenario scenario) throws Exception {
        RememberedFacts facts = new RememberedFacts();
        List<Path> archives = new BugReportWriter().write(scenario, folder.resolve("archives"));
        new ArchiveCollector(facts, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(archives);
        Map<String, SpecificRecord> sorted = new TreeMap<>();
        facts.facts().forEach((key, fact) -> sorted.put(key.toString(), fact));
        return List.copyOf(sorted.values());
    }
}
