package io.meshdiag.processor;

/**
 * What the stages report about themselves. Relations to alarm on: facts published = facts read (dead letters included); per hop, sent =
 * read; dead letters and failed detectors stay zero.
 */
public interface ProcessorMetrics {
    /** Ways between sub-topologies, each a repartition topic. */
    enum Hop {
        SERVICE,
        MESH,
        INCIDENT
    }

    /** A record of a facts topic was taken in completely: routed, dropped as unchanged, or refused. */
    void factRead();

    /** A fact said nothing new. */
    void factUnchanged();

    /** A record could not be read. */
    void deadLettered();

    /** A record is about to be sent over a hop. */
    void sent(Hop hop);

    /** A record of a hop was taken in. */
    void received(Hop hop);

    /** A scope has something to judge. */
    void scopeMarked();

    /** A marked scope was judged, and what follows was sent. */
    void scopeCleared();

    /** The rules of one scope ran over its view. */
    void evaluated();

    /** A rule threw. */
    void detectorFailed(String rule);

    /** A revision of a finding was written to both findings topics. */
    void revisionWritten();

    /** Nobody listens. */
    ProcessorMetrics NONE = new ProcessorMetrics() {
        @Override
        public void factRead() {}

        @Override
        public void factUnchanged() {}

        @Override
        public void deadLettered() {}

        @Override
        public void sent(Hop hop) {}

        @Override
        public void received(Hop hop) {}

        @Override
        public void scopeMarked() {}

        @Override
        public void scopeCleared() {}

        @Override
        public void evaluated() {}

        @Override
        public void detectorFailed(String rule) {}

        @Override
        public void revisionWritten() {}
    };
}
