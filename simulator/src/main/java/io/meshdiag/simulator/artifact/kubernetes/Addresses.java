package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.fleet.Revisions;

/** Where components are reached. */
public final class Addresses {
    private Addresses() {}

    /** XDS and CA of a revision's istiod. */
    public static String istiod(String revision) {
        return Revisions.named("istiod", revision) + ".istio-system.svc:15012";
    }
}
