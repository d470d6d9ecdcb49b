/** Envoy's own view of proxies: dumps within a budget, who is dumped next, and how far a stale proxy is from what its istiod would send. */
package io.meshdiag.collector.cluster.envoy;
