package io.meshdiag.simulator.artifact;

import java.io.IOException;
import java.io.Writer;

/** One file of an archive. It is written as a stream: no artifact is ever whole in memory. */
public interface Artifact {
    /** Path below the folder bug-report, with slashes. */
    String path();

    void writeTo(Writer out) throws IOException;
}
