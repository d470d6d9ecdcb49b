package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.ProxyConfig;
import java.io.IOException;
import java.io.InputStream;

/**
 * {@code /config_dump}, with or without {@code ?include_eds}, of all ages and spellings, as a stream. Sections are known by the arrays in them, so their
 * order and number do not matter. What is read is a list of named fields; all else, key material among it, is skipped undecoded.
 */
final class ConfigDumpReader {
    private final ProxyConfig.Builder proxy;
    private final EndpointCounter endpoints;
    private final RejectedUpdates rejected;
    private final SecretReader secrets;
    private boolean recognized;

    ConfigDumpReader(
            ProxyConfig.Builder proxy, EndpointCounter endpoints, RejectedUpdates rejected, SecretReader secrets) {
        this.proxy = proxy;
        this.endpoints = endpoints;
        this.rejected = rejected;
        this.secrets = secrets;
    }

    void read(InputStream page) throws IOException, UnreadablePageException {
        JsonPage.read(page, root -> {
            root.fields(key -> {
                switch (key) {
                    case "configs" -> {
                        recognized |= root.isArray();
                        root.elements(() -> section(root));
                    }
                    // istioctl proxy-config bootstrap -o json.
                    case "bootstrap" -> {
                        recognized = true;
                        NodeReader.bootstrap(root, proxy);
                    }
                    // A generated bootstrap file.
                    case "node", "dynamicresources" -> {
                        recognized = true;
                        NodeReader.bootstrapField(key, root, proxy);
                    }
                    default -> {}
                }
            });
        });
        if (!recognized) {
            throw new UnreadablePageException("no array \"configs\" and no bootstrap: not a config dump of Envoy");
        }
    }

    private void section(JsonCursor json) throws IOException, UnreadablePageException {
        String[] version = {null};
        String[] kind = {""};
        json.fields(key -> {
            switch (key) {
                case "@type" -> kind[0] = kind(json.textOrNull(), kind[0]);
                case "versioninfo" -> version[0] = json.textOrNull();
                case "bootstrap" -> NodeReader.bootstrap(json, proxy);
                case "staticclusters" -> {
                    kind[0] = "Clusters";
                    proxy.setStaticClusters(proxy.getStaticClusters() + json.count());
                }
                case "dynamicactiveclusters" -> {
                    kind[0] = "Clusters";
                    json.elements(() -> {
                        proxy.setActiveClusters(proxy.getActiveClusters() + 1);
                        rejected.look("CDS", json);
                    });
                }
                case "dynamicwarmingclusters" -> {
                    kind[0] = "Clusters";
                    json.elements(() -> {
                        proxy.setWarmingClusters(proxy.getWarmingClusters() + 1);
                        rejected.look("CDS", json);
                    });
                }
                case "dynamiclisteners" -> {
                    kind[0] = "Listeners";
                    json.elements(() -> listener(json));
                }
                // Flat lists of Envoy before 2019.
                case "dynamicactivelisteners" -> {
                    kind[0] = "Listeners";
                    proxy.setActiveListeners(proxy.getActiveListeners() + json.count());
                }
                case "dynamicwarminglisteners" -> proxy.setWarmingListeners(proxy.getWarmingListeners() + json.count());
                case "dynamicdraininglisteners" ->
                    proxy.setDrainingListeners(proxy.getDrainingListeners() + json.count());
                case "staticrouteconfigs" -> proxy.setRoutes(proxy.getRoutes() + json.count());
                case "dynamicrouteconfigs" ->
                    json.elements(() -> {
                        proxy.setRoutes(proxy.getRoutes() + 1);
                        rejected.look("RDS", json);
                    });
                case "staticendpointconfigs", "dynamicendpointconfigs" ->
                    json.elements(() -> json.fields(inner -> {
                        if (inner.equals("endpointconfig")) {
                            endpoints.assignment(json);
                        }
                    }));
                case "staticsecrets", "dynamicactivesecrets" -> json.elements(() -> secrets.active(json));
                case "dynamicwarmingsecrets" -> json.elements(() -> secrets.warming(json));
                default -> {}
            }
        });
        if (kind[0].equals("Clusters")) {
            proxy.setClustersVersion(version[0]);
        } else if (kind[0].equals("Listeners")) {
            proxy.setListenersVersion(version[0]);
        }
    }

    private static String kind(String type, String otherwise) {
        if (type == null) {
            return otherwise;
        }
        return type.endsWith(".ClustersConfigDump")
                ? "Clusters"
                : type.endsWith(".ListenersConfigDump") ? "Listeners" : otherwise;
    }

    private void listener(JsonCursor json) throws IOException, UnreadablePageException {
        RejectedUpdates.Entry entry = rejected.entry("LDS");
        json.fields(key -> {
            switch (key) {
                case "activestate" -> {
                    proxy.setActiveListeners(proxy.getActiveListeners() + 1);
                    entry.innerName(json);
                }
                case "warmingstate" -> {
                    proxy.setWarmingListeners(proxy.getWarmingListeners() + 1);
                    entry.innerName(json);
                }
                case "drainingstate" -> proxy.setDrainingListeners(proxy.getDrainingListeners() + 1);
                default -> entry.field(key, json);
            }
        });
        rejected.close(entry);
    }
}
