package io.meshdiag.processor.view;

import io.meshdiag.state.ClusterSummary;

/** All facts of one cluster. */
public interface ClusterView extends ScopeView {
    /** The cluster itself: clusters() holds just this one. */
    ClusterSummary cluster();
}
