/** What "meshdiag collect vm --capture" would have written on a virtual machine. */
package io.meshdiag.simulator.artifact.vm;
