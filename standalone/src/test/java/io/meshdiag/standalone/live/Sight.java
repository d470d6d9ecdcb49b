package io.meshdiag.standalone.live;

import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.util.Collection;

/** What the heartbeat of the only collector says of one source. */
record Sight(SourceState state, String detail) {
    static Sight of(Collection<?> facts, String source) {
        return facts.stream()
                .filter(Heartbeat.class::isInstance)
                .map(Heartbeat.class::cast)
                .flatMap(heartbeat -> heartbeat.getSources().stream())
                .filter(coverage -> coverage.getSource().equals(source))
                .findFirst()
                .map(Sight::of)
                .orElse(new Sight(SourceState.MISSING, "no heartbeat"));
    }

    private static Sight of(SourceCoverage coverage) {
        return new Sight(coverage.getState(), coverage.getDetail());
    }
}
