package io.meshdiag.processor.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.FactHeader;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    @Test
    void theSameLevelLaterIsARefresh() {
        assertThat(Freshness.of(fact(1, "a"), fact(2, "a"))).isEqualTo(Freshness.REFRESHED);
        assertThat(Freshness.of(fact(2, "a"), fact(2, "a"))).isEqualTo(Freshness.OUTDATED);
    }

    @Test
    void theLaterObservationWins() {
        assertThat(Freshness.of(fact(1, "b"), fact(2, "a"))).isEqualTo(Freshness.CHANGED);
        assertThat(Freshness.of(fact(2, "a"), fact(1, "b"))).isEqualTo(Freshness.OUTDATED);
    }

    @Test
    void ofTwoAtTheSameTimeTheGreaterHashWinsInEitherOrder() {
        assertThat(Freshness.of(fact(1, "a"), fact(1, "b"))).isEqualTo(Freshness.CHANGED);
        assertThat(Freshness.of(fact(1, "b"), fact(1, "a"))).isEqualTo(Freshness.OUTDATED);
    }

    @Test
    void appearingAndDisappearingAreChanges() {
        assertThat(Freshness.of(null, fact(1, "a"))).isEqualTo(Freshness.CHANGED);
        assertThat(Freshness.of(fact(1, "a"), null)).isEqualTo(Freshness.CHANGED);
        assertThat(Freshness.of(null, null)).isEqualTo(Freshness.OUTDATED);
    }

    private static SpecificRecord fact(int second, String hash) {
        CniNode fact = new CniNode();
        fact.put(
                0,
                FactHeader.newBuilder()
                        .setMeshId("mesh1")
                        .setClusterId("east")
                        .setClusterUid("uid")
                        .setObserver("collector")
                        .setObservedAt(Instant.ofEpochSecond(second))
                        .setSource("test")
                        .setContentHash(hash)
                        .build());
        return fact;
    }
}
