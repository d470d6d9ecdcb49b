package io.meshdiag.processor.topology;

import io.meshdiag.finding.Finding;

/** What goes into the history: every revision, not the tombstone that ends the retention of a resolved finding. */
final class Transitions {
    private Transitions() {}

    static boolean isRevision(String id, Finding finding) {
        return finding != null;
    }
}
