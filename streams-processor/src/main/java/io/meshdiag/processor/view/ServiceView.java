package io.meshdiag.processor.view;

/** One service (namespace and name are the same thing in all clusters): ServiceEndpoints and EndpointShards of every cluster. */
public interface ServiceView extends ScopeView {
    String namespace();

    String service();
}
