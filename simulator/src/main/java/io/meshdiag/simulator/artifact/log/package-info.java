/** Logs of Istio's components. */
package io.meshdiag.simulator.artifact.log;
