package io.meshdiag.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StopwatchTest {
    @Test
    void aPhaseEndsWhereTheNextBegins() {
        PrimitiveIterator.OfLong nanos = LongStream.of(0, 5, 5, 12).iterator();
        Stopwatch time = new Stopwatch(Progress.SILENT, nanos::nextLong);

        time.phase("read");
        time.phase("judge");
        time.done();

        assertThat(time.laps())
                .containsExactly(
                        new Stopwatch.Lap("read", Duration.ofNanos(5)),
                        new Stopwatch.Lap("judge", Duration.ofNanos(7)));
        assertThat(time.total()).isEqualTo(Duration.ofNanos(12));
    }
}
