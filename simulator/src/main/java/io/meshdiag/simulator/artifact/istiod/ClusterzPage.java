package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Istiod;
import java.io.IOException;

/** /debug/clusterz: the clusters that this istiod reads, its own first. */
public final class ClusterzPage extends JsonPage {
    private final Istiod istiod;

    public ClusterzPage(Istiod istiod) {
        super(istiod.folder() + "debug/clusterz", false);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Cluster cluster : istiod.view().registered()) {
            String secret = cluster == istiod.cluster() ? "" : "istio-system/istio-remote-secret-" + cluster.id();
            json.writePOJO(Tree.of("id", cluster.id(), "secretName", secret, "syncStatus", "synced"));
        }
        json.writeEndArray();
    }
}
