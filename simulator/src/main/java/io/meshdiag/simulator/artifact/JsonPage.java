package io.meshdiag.simulator.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Writer;

/** A page of JSON. */
public abstract class JsonPage implements Artifact {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .build();

    private final String path;
    private final boolean indented;

    protected JsonPage(String path, boolean indented) {
        this.path = path;
        this.indented = indented;
    }

    @Override
    public final String path() {
        return path;
    }

    @Override
    public final void writeTo(Writer out) throws IOException {
        try (JsonGenerator json = JSON.getFactory().createGenerator(out)) {
            if (indented) {
                json.useDefaultPrettyPrinter();
            }
            write(json);
        }
    }

    protected abstract void write(JsonGenerator json) throws IOException;
}
