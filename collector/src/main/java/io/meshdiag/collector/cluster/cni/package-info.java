/** Metrics and logs of istio-cni-node, agent by agent. */
package io.meshdiag.collector.cluster.cni;
