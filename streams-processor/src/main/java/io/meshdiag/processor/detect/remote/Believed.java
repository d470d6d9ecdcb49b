package io.meshdiag.processor.detect.remote;

import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.state.ClusterSummary;
import java.util.List;
import java.util.function.Function;

/**
 * Reports of several observers about one thing: those of observers who can be believed, and when there is none of these, all of them and what stands
 * against them.
 */
record Believed<T>(List<T> reports, List<String> missing) {
    static <T> Believed<T> of(List<T> all, Function<T, ClusterSummary> observer) {
        List<T> credible = all.stream()
                .filter(report -> Doubts.about(observer.apply(report)).isEmpty())
                .toList();
        return credible.isEmpty()
                ? new Believed<>(
                        all,
                        all.stream()
                                .flatMap(report -> Doubts.about(observer.apply(report)).stream())
                                .distinct()
                                .toList())
                : new Believed<>(credible, List.of());
    }
}
