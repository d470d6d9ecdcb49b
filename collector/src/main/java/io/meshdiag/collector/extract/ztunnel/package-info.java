/** What ztunnel, the proxy of a node in ambient mode, shows of itself. */
package io.meshdiag.collector.extract.ztunnel;
