package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import java.util.List;

/** Something wrong in a fleet: it changes the truth at the layer where it arises, and every page follows. */
public interface Fault {
    /** Ids of the clusters that it names. */
    List<String> clusters();

    void applyTo(Fleet fleet);
}
