package io.meshdiag.processor.rules;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.ScopeView;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A detector under another rule's hold times and severity.
 *
 * @param severity of every verdict; empty = as the detector says
 */
record ConfiguredDetector<V extends ScopeView>(Detector<V> detector, Rule rule, Optional<Severity> severity)
        implements Detector<V> {
    @Override
    public Stream<Verdict> detect(V view) {
        return detector.detect(view).map(verdict -> severity.map(verdict::with).orElse(verdict));
    }
}
