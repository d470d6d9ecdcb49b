/** The scenario file: what stands in it, and which mistakes it may have. */
package io.meshdiag.simulator.scenario;
