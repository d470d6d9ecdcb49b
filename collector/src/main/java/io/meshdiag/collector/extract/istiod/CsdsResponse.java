package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One DiscoveryResponse of istiod's client status service: resources are {@code envoy.service.status.v3.ClientConfig}, the istiod stands in a JSON
 * string {@code controlPlane.identifier}, usually after them.
 */
final class CsdsResponse {
    private static final Map<String, String> OLD_SECTIONS =
            Map.of("clusterconfig", "CDS", "listenerconfig", "LDS", "routeconfig", "RDS", "endpointconfig", "EDS");

    private CsdsResponse() {}

    static void read(JsonCursor json, IstiodPod asked, Origin origin, FactSink facts)
            throws IOException, UnreadablePageException {
        List<ProxyStatusBuilder> proxies = new ArrayList<>();
        String[] istiod = {null};
        boolean[] known = {false};
        json.fields(key -> {
            switch (key) {
                case "controlplane" ->
                    json.fields(inner -> {
                        if (inner.equals("identifier")) {
                            istiod[0] = identifier(json.text());
                        }
                    });
                case "resources" -> {
                    known[0] = true;
                    json.elements(() -> proxies.add(clientConfig(json)));
                }
                default -> {}
            }
        });
        if (!known[0]) {
            throw new UnreadablePageException(
                    "neither the array of /debug/syncz nor a DiscoveryResponse of istioctl proxy-status -o json|yaml");
        }
        IstiodPod answered = istiod[0] == null ? asked : new IstiodPod(asked.namespace(), istiod[0]);
        Origin seen = answered.equals(asked)
                ? origin
                : origin.seenBy("istiod/" + answered.namespace() + "/" + answered.name(), origin.source());
        for (ProxyStatusBuilder proxy : proxies) {
            if (!proxy.name.isEmpty() && !proxy.isDebugClient()) {
                facts.accept(proxy.fromStates(seen, answered.name()));
            }
        }
    }

    private static ProxyStatusBuilder clientConfig(JsonCursor json) throws IOException, UnreadablePageException {
        ProxyStatusBuilder proxy = new ProxyStatusBuilder();
        json.fields(key -> {
            switch (key) {
                case "node" -> node(proxy, json);
                case "genericxdsconfigs" -> json.elements(() -> generic(proxy, json));
                case "xdsconfig" -> json.elements(() -> old(proxy, json));
                default -> {}
            }
        });
        return proxy;
    }

    private static void node(ProxyStatusBuilder proxy, JsonCursor json) throws IOException, UnreadablePageException {
        String[] namespace = {null};
        json.fields(key -> {
            switch (key) {
                case "id" -> proxy.named(ProxyName.parse(json.textOrEmpty()));
                case "metadata" ->
                    json.entries(name -> {
                        switch (name) {
                            case "CLUSTER_ID" -> proxy.clusterId = json.textOrNull();
                            case "NAMESPACE" -> namespace[0] = json.textOrNull();
                            case "ISTIO_VERSION" -> proxy.istioVersion = json.textOrNull();
                            default -> {}
                        }
                    });
                default -> {}
            }
        });
        if (namespace[0] != null) {
            proxy.namespace = namespace[0];
        }
    }

    private static void generic(ProxyStatusBuilder proxy, JsonCursor json) throws IOException, UnreadablePageException {
        XdsStatus read = new XdsStatus("", null, null, null, null, XdsSyncState.IGNORED);
        String[] typeUrl = {""};
        json.fields(key -> {
            switch (key) {
                case "typeurl" -> typeUrl[0] = json.textOrEmpty();
                case "configstatus" -> read.setState(state(json.text()));
                case "lastupdated" -> read.setSentAt(json.time());
                case "errorstate" ->
                    json.fields(inner -> {
                        if (inner.equals("details")) {
                            read.setLastError(ProxyStatusBuilder.error(json.text()));
                        }
                    });
                default -> {}
            }
        });
        if (typeUrl[0].isEmpty() || XdsTypes.isDebug(typeUrl[0])) {
            return;
        }
        XdsStatus status = proxy.subscribed(XdsTypes.shortName(typeUrl[0]));
        status.setSentAt(read.getSentAt());
        status.setLastError(read.getLastError());
        status.setState(read.getLastError() == null ? read.getState() : XdsSyncState.ERROR);
    }

    private static void old(ProxyStatusBuilder proxy, JsonCursor json) throws IOException, UnreadablePageException {
        String[] type = {null};
        XdsSyncState[] state = {XdsSyncState.IGNORED};
        json.fields(key -> {
            if (key.equals("status")) {
                state[0] = state(json.text());
            } else if (OLD_SECTIONS.containsKey(key)) {
                type[0] = OLD_SECTIONS.get(key);
            }
        });
        if (type[0] != null) {
            proxy.subscribed(type[0]).setState(state[0]);
        }
    }

    private static XdsSyncState state(String word) {
        return switch (word == null ? "" : word) {
            case "SYNCED" -> XdsSyncState.SYNCED;
            case "STALE" -> XdsSyncState.STALE;
            case "NOT_SENT" -> XdsSyncState.NOT_SENT;
            case "ERROR" -> XdsSyncState.ERROR;
            default -> XdsSyncState.IGNORED;
        };
    }

    private static String identifier(String json) throws IOException, UnreadablePageException {
        if (json == null || !json.startsWith("{")) {
            return json;
        }
        String[] id = {null};
        JsonPage.readString(
                json,
                value -> value.fields(key -> {
                    if (key.equals("id")) {
                        id[0] = value.textOrNull();
                    }
                }));
        return id[0];
    }
}
