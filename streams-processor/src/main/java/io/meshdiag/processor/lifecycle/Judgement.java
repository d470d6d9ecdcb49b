package io.meshdiag.processor.lifecycle;

import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;

/**
 * What one rule said about one scope.
 *
 * @param verdicts at most one per scope key
 * @param failed true when the rule threw: it said nothing, so nothing is known
 */
public record Judgement(Rule rule, List<Verdict> verdicts, boolean failed) {
    public Judgement {
        verdicts = List.copyOf(verdicts);
    }
}
