/** The program that runs on a virtual machine of the mesh: {@code meshdiag-vm}, which {@code meshdiag collect vm} is too. */
package io.meshdiag.vm;
