package io.meshdiag.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.standalone.pipeline.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short outage of a small cluster: what ten minutes of a large one are measured with, works. */
class OutageBenchmarkIT {
    @Test
    void kafkaHasTheTruthAgainAfterAnOutage() throws Exception {
        List<Measurement> table = new ArrayList<>();
        OutageBenchmark.Plan plan = new OutageBenchmark.Plan(30, 10, 20, Duration.ofMillis(1), Duration.ofSeconds(5));

        // It throws when Kafka does not get to have the truth.
        new OutageBenchmark(plan, Progress.SILENT, table::add).run();

        assertThat(table)
                .extracting(Measurement::name)
                .contains("Before", "Kafka was away", "In the end of it", "  none, after", "After");
        assertThat(table)
                .filteredOn(row -> row.name().equals("Subjects that readers know wrongly"))
                .singleElement()
                .satisfies(row -> assertThat(row.value()).doesNotStartWith("0 of"));
    }
}
