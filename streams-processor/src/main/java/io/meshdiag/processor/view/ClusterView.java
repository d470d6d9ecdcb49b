package io.meshdiag.processor.view;

import io.meshdiag.state.ClusterSummary;

/** All facts of one cluster, or of one virtual machine: each is a scope of its own. */
public interface ClusterView extends ScopeView {
    /** The cluster or the machine itself: clusters() holds just this one. */
    ClusterSummary cluster();
}
