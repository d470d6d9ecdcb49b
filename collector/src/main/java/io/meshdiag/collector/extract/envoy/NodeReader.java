package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.fact.ProxyConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The node of a bootstrap or of server_info: who the proxy says it is. Of its metadata only named keys are read: others are free text. */
final class NodeReader {
    private NodeReader() {}

    static void read(JsonCursor json, ProxyConfig.Builder proxy) throws IOException, UnreadablePageException {
        json.fields(key -> {
            switch (key) {
                case "id" -> id(json.textOrNull(), proxy);
                case "metadata" -> metadata(json, proxy);
                case "locality" -> proxy.setLocality(locality(json));
                case "useragentbuildversion" ->
                    json.fields(inner -> {
                        if (inner.equals("version")) {
                            proxy.setEnvoyVersion(version(json));
                        }
                    });
                default -> {}
            }
        });
    }

    /** {@code dynamic_resources.ads_config.api_type}, {@code node} and nothing else of a bootstrap. */
    static void bootstrap(JsonCursor json, ProxyConfig.Builder proxy) throws IOException, UnreadablePageException {
        json.fields(key -> bootstrapField(key, json, proxy));
    }

    /** One field of a bootstrap. */
    static void bootstrapField(String key, JsonCursor json, ProxyConfig.Builder proxy)
            throws IOException, UnreadablePageException {
        switch (key) {
            case "node" -> read(json, proxy);
            case "dynamicresources" ->
                json.fields(inner -> {
                    if (inner.equals("adsconfig")) {
                        json.fields(ads -> {
                            if (ads.equals("apitype")) {
                                proxy.setXdsApiType(json.textOrNull());
                            }
                        });
                    }
                });
            default -> {}
        }
    }

    private static void id(String id, ProxyConfig.Builder proxy) {
        if (id == null) {
            return;
        }
        proxy.setNodeId(id);
        int tilde = id.indexOf('~');
        if (tilde > 0) {
            proxy.setProxyType(id.substring(0, tilde));
        }
    }

    // Exact names: old dumps repeat every pod label beside them, in lower case.
    private static void metadata(JsonCursor json, ProxyConfig.Builder proxy)
            throws IOException, UnreadablePageException {
        json.entries(name -> {
            switch (name) {
                case "ISTIO_VERSION" -> proxy.setIstioVersion(json.textOrNull());
                case "ISTIO_REVISION" -> proxy.setRevision(json.textOrNull());
                case "CLUSTER_ID" -> proxy.setProxyClusterId(json.textOrNull());
                case "NETWORK" -> proxy.setNetwork(json.textOrNull());
                case "MESH_ID" -> proxy.setMeshId(json.textOrNull());
                case "NODE_NAME" -> proxy.setNodeName(json.textOrNull());
                case "PROXY_CONFIG" ->
                    json.fields(key -> {
                        if (key.equals("discoveryaddress")) {
                            proxy.setDiscoveryAddress(json.textOrNull());
                        }
                    });
                case "LABELS" ->
                    json.entries(label -> {
                        if (label.equals("istio.io/rev") && proxy.getRevision() == null) {
                            proxy.setRevision(json.textOrNull());
                        }
                    });
                default -> {}
            }
        });
    }

    private static String locality(JsonCursor json) throws IOException, UnreadablePageException {
        String[] parts = {"", "", ""};
        json.fields(key -> {
            switch (key) {
                case "region" -> parts[0] = json.textOrEmpty();
                case "zone" -> parts[1] = json.textOrEmpty();
                case "subzone" -> parts[2] = json.textOrEmpty();
                default -> {}
            }
        });
        List<String> known = new ArrayList<>(List.of(parts));
        while (!known.isEmpty() && known.get(known.size() - 1).isEmpty()) {
            known.remove(known.size() - 1);
        }
        return known.isEmpty() ? null : String.join("/", known);
    }

    private static String version(JsonCursor json) throws IOException, UnreadablePageException {
        long[] parts = {0, 0, 0};
        json.fields(key -> {
            switch (key) {
                case "majornumber" -> parts[0] = json.number(0);
                case "minornumber" -> parts[1] = json.number(0);
                case "patch" -> parts[2] = json.number(0);
                default -> {}
            }
        });
        return parts[0] + "." + parts[1] + "." + parts[2];
    }
}
