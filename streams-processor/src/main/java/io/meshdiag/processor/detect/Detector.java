package io.meshdiag.processor.detect;

import io.meshdiag.processor.view.ScopeView;
import java.util.stream.Stream;

/**
 * One diagnosis. Pure: no clock (time is {@link ScopeView#asOf()}), no I/O, no state. What it does not mention counts as healthy; what it
 * cannot judge it calls unknown.
 *
 * @param <V> the scope that it looks at: ClusterView, ServiceView or MeshView
 */
public interface Detector<V extends ScopeView> {
    /** The rule's texts, thresholds and edges. */
    Rule rule();

    /** All problems of this rule in the view, in any order, at most one verdict per scope key. */
    Stream<Verdict> detect(V view);
}
