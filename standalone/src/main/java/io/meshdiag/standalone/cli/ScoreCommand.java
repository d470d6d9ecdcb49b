package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.schema.Printable;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.broker.Folders;
import io.meshdiag.standalone.pipeline.Pipeline;
import io.meshdiag.standalone.pipeline.Progress;
import io.meshdiag.standalone.pipeline.Score;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag score}. */
@Command(
        name = "score",
        description = {
            "Measure Meshdiag against itself: simulate every bundled fleet, send its archives through the whole pipeline, and compare the incidents"
                    + " found with those that the scenario states.",
            "Ends with 0 when nothing is missing and nothing is extra, else with 1."
        },
        footer = {"  meshdiag score", "  meshdiag score demo own-root my-fleet.yaml"})
final class ScoreCommand implements Callable<Integer> {
    private static final String ROW = "%-32s %8s %8s %8s %8s%n";

    @ParentCommand
    private Meshdiag meshdiag;

    @Parameters(
            arity = "0..*",
            paramLabel = "SCENARIO",
            description = "Names of bundled scenarios, or scenario files; without any: all bundled ones.")
    private List<String> names = List.of();

    @Override
    public Integer call() throws Exception {
        List<Scenario> scenarios = (names.isEmpty() ? Scenario.bundledNames() : names)
                .stream().map(Scenarios::find).toList();
        PrintWriter out = meshdiag.terminal().out();
        Path folder = Files.createTempDirectory("meshdiag-score-");
        List<Score> scores = new ArrayList<>();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            out.printf(ROW, "SCENARIO", "EXPECTED", "FOUND", "MISSING", "EXTRA");
            for (Scenario scenario : scenarios) {
                Score score = run(scenario, kafka, folder.resolve(String.valueOf(scores.size())), scores.size());
                scores.add(score);
                show(score, out);
            }
        } finally {
            Folders.delete(folder);
        }
        row("Together", scores, out);
        return scores.stream().allMatch(Score::perfect) ? 0 : Meshdiag.FOUND;
    }

    private static Score run(Scenario scenario, EmbeddedKafka kafka, Path folder, int number)
            throws IOException, InterruptedException {
        try {
            List<Path> archives = new BugReportWriter().write(scenario, folder.resolve("archives"));
            Pipeline pipeline =
                    new Pipeline(kafka.bootstrapServers(), "score-" + number, folder.resolve("state"), Progress.SILENT);
            return Score.of(scenario, pipeline.run(archives, ArchiveOptions.DEFAULT));
        } catch (ArchiveException e) {
            throw new IllegalStateException("a simulated archive cannot be read", e);
        } finally {
            Folders.delete(folder);
        }
    }

    private static void show(Score score, PrintWriter out) {
        row(Printable.clean(score.scenario()), List.of(score), out);
        score.missing().forEach(incident -> out.println("  missing: " + Printable.clean(incident)));
        score.extra().forEach(incident -> out.println("  extra:   " + Printable.clean(incident)));
        out.flush();
    }

    private static void row(String name, List<Score> scores, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                ROW,
                name,
                scores.stream().mapToInt(Score::expected).sum(),
                scores.stream().mapToInt(Score::found).sum(),
                scores.stream().mapToInt(score -> score.missing().size()).sum(),
                scores.stream().mapToInt(score -> score.extra().size()).sum());
    }
}
