package io.meshdiag.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.ProcessorMetrics.Hop;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineCountersTest {
    private final PipelineCounters counters = new PipelineCounters();

    @Test
    void allIsProcessedWhenEverythingPublishedWasRead() {
        counters.factRead();

        assertThat(counters.quiescent(1)).isTrue();
        assertThat(counters.quiescent(2)).isFalse();
    }

    @Test
    void somethingOnTheWayOverAHopIsStillToCome() {
        counters.sent(Hop.MESH);
        assertThat(counters.quiescent(0)).isFalse();

        counters.received(Hop.MESH);
        assertThat(counters.quiescent(0)).isTrue();
    }

    @Test
    void aScopeThatWaitsForItsRulesIsStillToCome() {
        counters.scopeMarked();
        assertThat(counters.dirtyScopes()).isEqualTo(1);
        assertThat(counters.quiescent(0)).isFalse();

        counters.scopeCleared();
        assertThat(counters.quiescent(0)).isTrue();
    }

    @Test
    void manyThreadsCountTogether() {
        IntStream.range(0, 10_000).parallel().forEach(i -> counters.factRead());

        assertThat(counters.factsRead()).isEqualTo(10_000);
    }
}
