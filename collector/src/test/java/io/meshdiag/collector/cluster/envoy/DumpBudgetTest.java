package io.meshdiag.collector.cluster.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DumpBudgetTest {
    private final TestClock clock = new TestClock();

    @Test
    void allowsSoManyProxiesInAMinute() {
        DumpBudget budget = new DumpBudget(3, 1_000, clock);

        assertThat(takes(budget)).isEqualTo(3);
    }

    @Test
    void refillsEvenly() {
        DumpBudget budget = new DumpBudget(6, 1_000, clock);
        takes(budget);

        clock.pass(Duration.ofSeconds(20));

        assertThat(takes(budget)).isEqualTo(2);
    }

    @Test
    void savesUpNoMoreThanAMinute() {
        DumpBudget budget = new DumpBudget(3, 1_000, clock);

        clock.pass(Duration.ofHours(5));

        assertThat(takes(budget)).isEqualTo(3);
    }

    @Test
    void waitsForTheDebtOfALargeDump() {
        DumpBudget budget = new DumpBudget(60, 1_000, clock);
        assertThat(budget.take()).isTrue();
        budget.spend(3_000);

        clock.pass(Duration.ofSeconds(119));
        assertThat(budget.take()).as("2,000 bytes over, 1,983 paid back").isFalse();
        clock.pass(Duration.ofSeconds(2));
        assertThat(budget.take()).isTrue();
    }

    @Test
    void allowsTheNextDumpWhileAnyByteIsLeft() {
        DumpBudget budget = new DumpBudget(60, 1_000, clock);
        budget.spend(999);

        assertThat(budget.take()).isTrue();
    }

    @Test
    void refillsNothingWhenTheClockIsSetBack() {
        DumpBudget budget = new DumpBudget(1, 1_000, clock);
        takes(budget);

        clock.pass(Duration.ofHours(-1));
        assertThat(budget.take()).isFalse();
        clock.pass(Duration.ofMinutes(1));
        assertThat(budget.take()).as("counts on from the new time").isTrue();
    }

    @Test
    void allowsNothingWhenOneOfTheTwoIsZero() {
        assertThat(new DumpBudget(0, 1_000, clock).take()).isFalse();
        assertThat(new DumpBudget(5, 0, clock).take()).isFalse();
        assertThat(new DumpBudget(5, 0, clock).nothing()).isTrue();
        assertThat(new DumpBudget(5, 1, clock).nothing()).isFalse();
    }

    private static int takes(DumpBudget budget) {
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        return taken;
    }
}
