/** Connectivity probes to peers: name, connection, TLS hello; only where they are switched on. */
package io.meshdiag.collector.cluster.probe;
