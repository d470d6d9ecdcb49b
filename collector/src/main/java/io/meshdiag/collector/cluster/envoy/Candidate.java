package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.extract.ProxyName;

/**
 * A proxy that can be dumped.
 *
 * @param run which run of the proxy this is: another one after a restart, or when another pod took over its name
 */
record Candidate(ProxyName proxy, Urgency urgency, String run) {}
