package io.meshdiag.simulator.fleet;

/** How objects of a control plane are named. */
public final class Revisions {
    private Revisions() {}

    /** The name with the revision behind it, except for the default one. */
    public static String named(String base, String revision) {
        return revision.equals("default") ? base : base + "-" + revision;
    }
}
