/** Envoy's admin pages. */
package io.meshdiag.simulator.artifact.envoy;
