/** istiod's debug pages and metrics. */
package io.meshdiag.simulator.artifact.istiod;
