package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.standalone.pipeline.Pipeline;
import io.meshdiag.standalone.pipeline.Progress;
import io.meshdiag.standalone.report.Diagnosis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs the pipeline for a command. */
final class Runs {
    private Runs() {}

    /** With every rule as it is by itself. */
    static Diagnosis diagnose(List<Path> archives, ArchiveOptions options, Progress progress)
            throws IOException, InterruptedException {
        return diagnose(archives, options, Catalogue.configured(RuleSettings.NONE), progress);
    }

    /** @throws BadInputException when an input is no archive */
    static Diagnosis diagnose(List<Path> archives, ArchiveOptions options, Catalogue rules, Progress progress)
            throws IOException, InterruptedException {
        try {
            return Pipeline.diagnose(archives, options, rules, progress);
        } catch (ArchiveException e) {
            throw new BadInputException(e.getMessage(), e);
        }
    }
}
