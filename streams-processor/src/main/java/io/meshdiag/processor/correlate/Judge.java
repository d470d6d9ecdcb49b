package io.meshdiag.processor.correlate;

import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.lifecycle.Judgement;
import io.meshdiag.processor.view.ScopeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows a view to every rule of its level. A rule that throws costs its own verdicts only. */
final class Judge<V extends ScopeView> {
    private static final Logger LOGGER = LoggerFactory.getLogger(Judge.class);

    private final List<Detector<V>> detectors;
    private final ProcessorMetrics metrics;

    Judge(List<Detector<V>> detectors, ProcessorMetrics metrics) {
        this.detectors = List.copyOf(detectors);
        this.metrics = metrics;
    }

    /** What every rule says. */
    List<Judgement> judge(V view) {
        metrics.evaluated();
        return detectors.stream().map(detector -> ask(detector, view)).toList();
    }

    /** What the rules say after facts of these kinds changed: those that do not look at them say what they said before. */
    List<Judgement> judgeAgain(V view, List<Judgement> before, Set<Class<?>> changed) {
        metrics.evaluated();
        List<Judgement> now = new ArrayList<>();
        for (int i = 0; i < detectors.size(); i++) {
            Detector<V> detector = detectors.get(i);
            now.add(Collections.disjoint(detector.rule().reads(), changed) ? before.get(i) : ask(detector, view));
        }
        return now;
    }

    /** What every rule would say if nothing could be known. */
    List<Judgement> knowNothing() {
        return detectors.stream()
                .map(detector -> new Judgement(detector.rule(), List.of(), true))
                .toList();
    }

    private Judgement ask(Detector<V> detector, V view) {
        try {
            Map<String, Verdict> byScope = new LinkedHashMap<>();
            detector.detect(view).forEach(verdict -> byScope.putIfAbsent(verdict.scopeKey(), verdict));
            return new Judgement(detector.rule(), List.copyOf(byScope.values()), false);
        } catch (RuntimeException e) {
            metrics.detectorFailed(detector.rule().id());
            LOGGER.atError()
                    .addKeyValue("rule", detector.rule().id())
                    .addKeyValue("mesh", view.mesh())
                    .setCause(e)
                    .log("a rule failed; what it found before is unknown now");
            return new Judgement(detector.rule(), List.of(), true);
        }
    }
}
