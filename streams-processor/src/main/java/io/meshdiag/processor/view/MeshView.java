package io.meshdiag.processor.view;

/** The clusters of a mesh by their summaries, and the rows of all of them that {@link io.meshdiag.processor.scope.RowKeys#inMesh} names. */
public interface MeshView extends ScopeView {}
