package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import java.io.IOException;

/** /config_dump?include_eds, section by section. */
public final class ConfigDump extends JsonPage {
    private final ProxyView view;

    public ConfigDump(ProxyView view) {
        super(view.folder() + "config_dump?include_eds", true);
        this.view = view;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("configs");
        json.writePOJO(Bootstrap.section(view));
        new Clusters(view).write(json);
        new Endpoints(view).write(json);
        new Listeners(view).write(json);
        json.writePOJO(Tree.of("@type", "type.googleapis.com/envoy.admin.v3.ScopedRoutesConfigDump"));
        new Routes(view).write(json);
        json.writePOJO(Secrets.section(view));
        json.writeEndArray();
        json.writeEndObject();
    }
}
