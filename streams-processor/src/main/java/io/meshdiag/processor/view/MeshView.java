package io.meshdiag.processor.view;

/** The clusters of a mesh by their summaries, and RemoteSecret, RemoteClusterStatus, Gateway, NetworkGateways rows of all of them. */
public interface MeshView extends ScopeView {}
