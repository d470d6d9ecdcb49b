/** Everything that can be wrong in a simulated fleet, one file each. */
package io.meshdiag.simulator.fault;
