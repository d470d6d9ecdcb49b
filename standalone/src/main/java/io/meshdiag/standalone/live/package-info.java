/** A simulated fleet that lives: faults come and go, and facts follow. */
package io.meshdiag.standalone.live;
