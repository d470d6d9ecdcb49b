/** Pages of ztunnel, the proxy of a node in ambient mode. */
package io.meshdiag.simulator.artifact.ztunnel;
