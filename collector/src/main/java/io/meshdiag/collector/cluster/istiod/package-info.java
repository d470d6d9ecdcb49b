/** Asks every istiod replica of a cluster for its debug pages and metrics. */
package io.meshdiag.collector.cluster.istiod;
