package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.IstiodView;
import java.io.IOException;

/** /debug/networkz: the east-west gateways that this istiod knows; "null" when there is none. */
public final class NetworkzPage extends JsonPage {
    private final Istiod istiod;

    public NetworkzPage(Istiod istiod) {
        super(istiod.folder() + "debug/networkz", false);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        if (istiod.view().gateways().isEmpty()) {
            json.writeNull();
            return;
        }
        boolean hbone = istiod.cluster().minor() >= 24;
        json.writeStartArray();
        for (IstiodView.Gateway gateway : istiod.view().gateways()) {
            json.writePOJO(Tree.of(
                    "Network",
                    gateway.network(),
                    "Cluster",
                    gateway.cluster(),
                    "Addr",
                    gateway.address(),
                    "Port",
                    15443,
                    "HBONEPort",
                    hbone ? 0 : null,
                    "ServiceAccount",
                    hbone ? Tree.of("Namespace", "", "Name", "") : null));
        }
        json.writeEndArray();
    }
}
