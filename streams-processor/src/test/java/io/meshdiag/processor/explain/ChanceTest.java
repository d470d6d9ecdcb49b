package io.meshdiag.processor.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChanceTest {
    @Test
    void ofIndependentOnesIsThatOfAtLeastSoMany() {
        assertThat(Chance.atLeast(1, 1, 0.5)).isCloseTo(0.5, within(1e-9));
        assertThat(Chance.atLeast(2, 3, 0.5)).isCloseTo(0.5, within(1e-9));
        assertThat(Chance.atLeast(3, 3, 1.0)).isCloseTo(1, within(1e-9));
        assertThat(Chance.atLeast(400, 440, 0.05)).isCloseTo(0, within(1e-9));
    }

    @Test
    void ofDrawnOnesIsThatOfAtLeastSoMany() {
        // Two drawn of four, two of which have it: both in one of six ways, at least one in five of six.
        assertThat(Chance.atLeast(2, 2, 2, 4)).isCloseTo(1 / 6.0, within(1e-9));
        assertThat(Chance.atLeast(1, 2, 2, 4)).isCloseTo(5 / 6.0, within(1e-9));
        assertThat(Chance.atLeast(3, 3, 3, 3)).as("all have it").isCloseTo(1, within(1e-9));
        assertThat(Chance.atLeast(6, 8, 6, 12)).isCloseTo(15 / 495.0, within(1e-9));
    }
}
