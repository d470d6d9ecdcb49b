package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.artifact.Artifact;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Artifacts as what goes over a wire. */
final class Pages {
    private Pages() {}

    static byte[] bytes(Artifact artifact) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            artifact.writeTo(out);
        }
        return bytes.toByteArray();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
