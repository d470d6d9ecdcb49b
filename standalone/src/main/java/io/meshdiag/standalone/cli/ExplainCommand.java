package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.config.Distance;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.design.ByDesign;
import io.meshdiag.processor.design.Reason;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.standalone.pipeline.TwoClusters;
import io.meshdiag.standalone.report.FindingPage;
import io.meshdiag.standalone.report.ReasonPage;
import io.meshdiag.standalone.report.RulePage;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag explain}. */
@Command(
        name = "explain",
        description = {
            "Explain a finding of the last diagnosis (evidence, all steps, what it explains), or a rule.",
            "The beginning of a finding's id is enough when no other begins with it.",
            "With --service: why only local endpoints of a service answer, as far as configuration explains it: from archives of two clusters, or without"
                    + " archives from a running deployment, set by MESHDIAG_BOOTSTRAP_SERVERS, MESHDIAG_SCHEMA_REGISTRY_URL and MESHDIAG_TOPIC_PREFIX."
        },
        footer = {
            "  meshdiag explain mf1-4k2q7c3x",
            "  meshdiag explain 4k2q",
            "  meshdiag explain TRU-01",
            "  meshdiag explain --service=shop/cart --from=east --to=west east west.tar.gz",
            "  meshdiag explain --service=shop/cart --from=east --to=west"
        })
final class ExplainCommand implements Runnable {
    private static final String ID_PREFIX = "mf1-";
    private static final int SUGGESTIONS = 5;
    /** An id further away than this is no typing mistake. */
    private static final int TYPING_MISTAKE = 3;

    @ParentCommand
    private Meshdiag meshdiag;

    @Parameters(
            arity = "0..*",
            paramLabel = "FINDING_ID|RULE|ARCHIVE",
            description = "Such as mf1-4k2q7c3x or TRU-01; with --service, archives of both clusters.")
    private List<String> arguments = List.of();

    @ArgGroup(exclusive = false)
    private Question question;

    /** A service as seen from one cluster towards another. */
    private static final class Question {
        @Option(
                names = "--service",
                required = true,
                paramLabel = "NAMESPACE/NAME",
                description = "The service of which only local endpoints answer.")
        private String service;

        @Option(names = "--from", required = true, paramLabel = "CLUSTER", description = "Where the clients are.")
        private String from;

        @Option(names = "--to", required = true, paramLabel = "CLUSTER", description = "Whose endpoints do not answer.")
        private String to;

        @Option(
                names = "--mesh",
                paramLabel = "MESH",
                description = "Needed when several meshes have clusters of these names.")
        private String mesh;
    }

    private String wanted;

    @Option(names = "--state", paramLabel = "FILE", description = "Diagnosis to explain from; default: the last one.")
    private Path state;

    @Override
    public void run() {
        Terminal terminal = meshdiag.terminal();
        if (question != null) {
            terminal.out().print(whyOnlyLocal());
            return;
        }
        if (arguments.size() != 1) {
            throw new BadInputException("name one finding or one rule; archives go with --service, --from and --to");
        }
        wanted = arguments.get(0);
        List<Rule> rules = Detectors.rules();
        Optional<Rule> rule =
                rules.stream().filter(r -> r.id().equalsIgnoreCase(wanted)).findFirst();
        if (rule.isPresent()) {
            terminal.out().print(RulePage.one(rule.get(), rules, meshdiag.style(), terminal.columns()));
            return;
        }
        if (wanted.matches("[A-Za-z]{3}-?[0-9]{1,2}")) {
            throw new BadInputException(
                    "no rule " + wanted + suggest(rules.stream().map(Rule::id)) + "; 'meshdiag rules' lists all");
        }
        List<Finding> findings = (state == null ? meshdiag.defaultState() : new StateFile(state)).findings();
        Finding finding = find(findings);
        terminal.out().print(FindingPage.render(finding, findings, meshdiag.style(), terminal.columns()));
    }

    private String whyOnlyLocal() {
        String[] name = question.service.split("/", -1);
        if (name.length != 2 || name[0].isBlank() || name[1].isBlank()) {
            throw new BadInputException("--service is '" + question.service + "'; write namespace/name");
        }
        try {
            TwoClusters clusters = clusters(new TwoClusters.Question(
                    Optional.ofNullable(question.mesh), question.from, question.to, name[0], name[1]));
            List<Reason> reasons = ByDesign.whyOnlyLocal(name[0], name[1], clusters.from(), clusters.to());
            return ReasonPage.render(
                    question.service,
                    question.from,
                    question.to,
                    reasons,
                    meshdiag.style(),
                    meshdiag.terminal().columns());
        } catch (ArchiveException | IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
    }

    private TwoClusters clusters(TwoClusters.Question asked) throws ArchiveException {
        if (!arguments.isEmpty()) {
            return TwoClusters.ofArchives(arguments.stream().map(Path::of).toList(), asked);
        }
        ProcessorConfig config = Services.configuration(() -> ProcessorConfig.from(meshdiag.environment()));
        try {
            return TwoClusters.ofDeployment(config, asked);
        } catch (KafkaException e) {
            throw new BadInputException(
                    "the facts of " + config.bootstrapServers() + " cannot be read: " + Problems.text(e), e);
        }
    }

    private Finding find(List<Finding> findings) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        String prefix = lower.startsWith(ID_PREFIX) ? lower : ID_PREFIX + lower;
        List<Finding> matches =
                findings.stream().filter(f -> f.getId().startsWith(prefix)).toList();
        if (matches.size() == 1) {
            return matches.get(0);
        }
        if (matches.isEmpty()) {
            throw new BadInputException("no finding " + wanted + " in the last diagnosis"
                    + suggest(findings.stream().map(f -> f.getId()
                            .substring(0, Math.min(prefix.length(), f.getId().length())))));
        }
        throw new BadInputException(matches.size() + " findings begin with " + wanted + ": "
                + String.join(
                        ", ",
                        matches.stream().limit(SUGGESTIONS).map(Finding::getId).toList())
                + (matches.size() > SUGGESTIONS ? ", …" : ""));
    }

    private String suggest(Stream<String> candidates) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        String full = lower.contains("-") ? lower : ID_PREFIX + lower;
        List<String> close = candidates
                .distinct()
                .filter(c -> Distance.between(full, c.toLowerCase(Locale.ROOT)) <= TYPING_MISTAKE)
                .sorted(Comparator.comparingInt((String c) -> Distance.between(full, c.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SUGGESTIONS)
                .toList();
        return close.isEmpty() ? "" : "; did you mean " + String.join(", ", close) + "?";
    }
}
