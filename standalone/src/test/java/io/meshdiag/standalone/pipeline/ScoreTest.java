package io.meshdiag.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.report.Diagnosis;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTest {
    @Test
    void aHealthyFleetInWhichNothingIsFoundIsPerfect() {
        Score score = Score.of(Scenario.bundled("healthy-5"), nothingFound(List.of()));

        assertThat(score).isEqualTo(new Score("healthy-5", 0, 0, List.of(), List.of()));
        assertThat(score.perfect()).isTrue();
    }

    @Test
    void anIncidentThatIsStatedAndNotFoundIsMissing() {
        Score score = Score.of(Scenario.bundled("remote-secret-missing"), nothingFound(List.of()));

        assertThat(score.expected()).isEqualTo(1);
        assertThat(score.missing()).singleElement().asString().startsWith("RMT-01 ");
        assertThat(score.perfect()).isFalse();
    }

    @Test
    void whatAHealthyRunDoesNotHaveIsExtra() {
        Score score = Score.of(Scenario.bundled("healthy-5"), nothingFound(List.of("a rule failed")));

        assertThat(score.extra()).containsExactly("a rule failed");
        assertThat(score.perfect()).isFalse();
    }

    private static Diagnosis nothingFound(List<String> notes) {
        return new Diagnosis(List.of(), List.of(), 0, 0, notes);
    }
}
