/** Certificates of the simulated meshes, equal for equal seeds. */
package io.meshdiag.simulator.pki;
