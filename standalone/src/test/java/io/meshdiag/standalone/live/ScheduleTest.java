package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final List<Fault> faults = Scenario.bundled("live").faults();
    private final Schedule schedule = new Schedule(faults);

    @Test
    void oneMoreFaultBeginsWithEveryStepAndLastsTwo() {
        assertThat(schedule.on(0)).containsExactly(faults.get(0));
        assertThat(schedule.on(1)).containsExactly(faults.get(0), faults.get(1));
        assertThat(schedule.on(2)).containsExactly(faults.get(1), faults.get(2));
    }

    @Test
    void inTheLastStepOfARoundAllIsWell() {
        assertThat(schedule.on(schedule.round() - 2)).containsExactly(faults.get(faults.size() - 1));
        assertThat(schedule.on(schedule.round() - 1)).isEmpty();
    }

    @Test
    void thenEverythingComesAgain() {
        assertThat(schedule.on(schedule.round())).isEqualTo(schedule.on(0)).isNotEmpty();
    }
}
