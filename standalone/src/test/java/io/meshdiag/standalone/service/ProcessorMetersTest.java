package io.meshdiag.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.sink.dashboard.Sources;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProcessorMetersTest {
    private static final Pattern METRIC = Pattern.compile("meshdiag_processor_[a-z_]+");

    @Test
    void exposesEveryMetricOfTheProcessorThatTheDashboardNames() {
        try (ProcessorMeters meters = new ProcessorMeters(new PipelineCounters())) {
            Set<String> charted = Sources.metrics().panels().stream()
                    .flatMap(panel -> METRIC.matcher(panel.expr()).results())
                    .map(match -> match.group())
                    .collect(Collectors.toCollection(TreeSet::new));

            Set<String> exposed = METRIC.matcher(meters.scrape())
                    .results()
                    .map(match -> match.group())
                    .collect(Collectors.toSet());

            assertThat(charted).hasSizeGreaterThan(4);
            assertThat(exposed).containsAll(charted);
        }
    }
}
