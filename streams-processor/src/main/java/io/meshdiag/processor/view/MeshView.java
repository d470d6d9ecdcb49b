package io.meshdiag.processor.view;

import io.meshdiag.state.ClusterSummary;
import java.util.List;

/**
 * The clusters of a mesh by their summaries, its virtual machines by theirs, and the rows of all of them that
 * {@link io.meshdiag.processor.scope.RowKeys#inMesh} names.
 */
public interface MeshView extends ScopeView {
    /** Summaries of virtual machines, none of which is among the clusters; sorted by key. Their cluster ids are those that they claim. */
    List<ClusterSummary> machines();
}
