package io.meshdiag.simulator.artifact;

import java.io.IOException;
import java.io.Writer;

/** A short page that is known as a whole. */
public record TextPage(String path, String text) implements Artifact {
    @Override
    public void writeTo(Writer out) throws IOException {
        out.write(text);
    }
}
