package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.Proxy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** /debug/connections: the streams of the proxies that are connected to this replica; bug-report does not ask for it. */
public final class ConnectionsPage extends JsonPage {
    private final Istiod istiod;

    public ConnectionsPage(Istiod istiod) {
        super("debug/connections", true);
        this.istiod = istiod;
    }

    /** Connected proxies by the id of their connection, which istiod numbers; {@code proxyID=} asks for a part of it. */
    public static Map<String, Proxy> connections(Istiod istiod) {
        Map<String, Proxy> connections = new LinkedHashMap<>();
        for (Proxy proxy : istiod.cluster().proxiesOf(istiod.pod())) {
            connections.put(proxy.id() + "-" + (connections.size() + 1), proxy);
        }
        return connections;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        String connected = istiod.settings().time().minus(Duration.ofHours(1)).toString();
        List<Map<String, Object>> clients = connections(istiod).entrySet().stream()
                .map(each -> Tree.of(
                        "connectionId",
                        each.getKey(),
                        "connectedAt",
                        connected,
                        "address",
                        each.getValue().ip() + ":40000"))
                .toList();
        json.writePOJO(Tree.of("totalClients", clients.size(), "clients", clients));
    }
}
