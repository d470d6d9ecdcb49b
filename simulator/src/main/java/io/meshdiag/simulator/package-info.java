/** From a scenario to the archives that the real tools would have made of such a fleet. */
package io.meshdiag.simulator;
