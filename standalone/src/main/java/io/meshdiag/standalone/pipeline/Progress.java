package io.meshdiag.standalone.pipeline;

/** Who is told how far a run has come. */
public interface Progress {
    /** A phase begins; the one before has ended. */
    void phase(String name);

    /** Where the phase is; may come often. */
    void detail(String text);

    /** The last phase has ended. */
    void done();

    /** Nobody is told. */
    Progress SILENT = new Progress() {
        @Override
        public void phase(String name) {}

        @Override
        public void detail(String text) {}

        @Override
        public void done() {}
    };
}
