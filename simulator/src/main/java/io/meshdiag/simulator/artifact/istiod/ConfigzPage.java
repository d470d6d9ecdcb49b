package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.CustomResource;
import io.meshdiag.simulator.fleet.Istiod;
import java.io.IOException;

/** /debug/configz: the Istio objects that this istiod holds. */
public final class ConfigzPage extends JsonPage {
    private final Istiod istiod;

    public ConfigzPage(Istiod istiod) {
        super(istiod.folder() + "debug/configz", false);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (CustomResource resource : istiod.cluster().allCustomResources(istiod.settings())) {
            json.writePOJO(Tree.of(
                    "kind",
                    resource.kind(),
                    "apiVersion",
                    resource.apiVersion(),
                    "metadata",
                    Tree.of(
                            "name", resource.name(),
                            "namespace", resource.namespace(),
                            "creationTimestamp", resource.createdAt().toString()),
                    "spec",
                    resource.spec()));
        }
        json.writeEndArray();
    }
}
