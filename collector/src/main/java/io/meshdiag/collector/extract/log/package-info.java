/** Logs of istiod, proxies and the CNI agent, reduced to known signatures: one table of them, never whole logs. */
package io.meshdiag.collector.extract.log;
