package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.Proxy;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** /debug/connections (pilot/pkg/xds/debug.go, AdsClients): the proxies that are connected to one istiod. */
public final class ConnectionsPage extends JsonPage {
    /** istiod numbers connections as they come; it does not begin anew, and this one has been running for a while. */
    private static final int FIRST = 1_001;

    private final Istiod istiod;

    public ConnectionsPage(Istiod istiod) {
        super(istiod.folder() + "debug/connections", true);
        this.istiod = istiod;
    }

    /** Proxies by the ids of their connections, for example {@code cart-0.shop-1001}. */
    public static Map<String, Proxy> connections(Istiod istiod) {
        Map<String, Proxy> connections = new LinkedHashMap<>();
        int number = FIRST;
        for (Proxy proxy : istiod.cluster().connections().proxiesOf(istiod.pod())) {
            connections.put(proxy.id() + "-" + number++, proxy);
        }
        return connections;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        Map<String, Proxy> connections = connections(istiod);
        json.writeStartObject();
        json.writeNumberField("totalClients", connections.size());
        json.writeArrayFieldStart("clients");
        for (Map.Entry<String, Proxy> each : connections.entrySet()) {
            json.writePOJO(Tree.of(
                    "connectionId", each.getKey(),
                    "connectedAt", istiod.settings().pushedAt().toString(),
                    "address", each.getValue().ip() + ":41532"));
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
