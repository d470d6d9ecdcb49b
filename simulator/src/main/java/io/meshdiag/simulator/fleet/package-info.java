/** The fleet as it truly is, as istiod sees it, and as Envoy has it. */
package io.meshdiag.simulator.fleet;
