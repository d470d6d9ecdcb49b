/** Serves a simulated fleet live: its objects on real API servers, its istiods, Envoys, kubelets and gateways on loopback. */
package io.meshdiag.simulator.serve;
