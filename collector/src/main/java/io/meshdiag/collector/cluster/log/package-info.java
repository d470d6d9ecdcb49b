/** Logs of istiods and of proxies that are not ready, reduced to known signatures. */
package io.meshdiag.collector.cluster.log;
