package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.RemoteAccess;
import java.io.IOException;
import java.util.Map;

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
        Cluster self = istiod.cluster();
        json.writePOJO(Tree.of("id", self.id(), "secretName", "", "syncStatus", "synced"));
        for (Map.Entry<String, RemoteAccess> remote : self.remoteSecrets().entrySet()) {
            if (!remote.getKey().equals(self.id())) {
                json.writePOJO(Tree.of(
                        "id",
                        remote.getKey(),
                        "secretName",
                        "istio-system/istio-remote-secret-" + remote.getKey(),
                        "syncStatus",
                        remote.getValue().reached() ? "synced" : "timeout"));
            }
        }
        json.writeEndArray();
    }
}
