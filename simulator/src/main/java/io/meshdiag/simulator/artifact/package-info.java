/** The files of an archive and what they have in common. */
package io.meshdiag.simulator.artifact;
