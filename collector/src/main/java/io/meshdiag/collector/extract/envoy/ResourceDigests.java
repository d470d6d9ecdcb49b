package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The dynamic resources of a config dump by type and name, with the hash of each: of Envoy's {@code /config_dump?include_eds}, or of istiod's
 * {@code /debug/config_dump?proxyID=…&include_eds}, which has the same shape and what istiod would send now. Memory grows with the number of resources,
 * not with the page.
 */
public final class ResourceDigests {
    /** More of them are not kept, and nothing is concluded from the dump then. */
    private static final int MAX_RESOURCES = 200_000;

    /**
     * One resource.
     *
     * @param version istiod's push version; null where the dump does not say. It cannot be compared: istiod stamps everything with its latest push,
     *     and delta xDS tells Envoy none
     * @param warming true when Envoy has received it but waits for what it needs
     */
    record Digest(String version, long hash, boolean warming) {
        /** Example: {@code 2026-08-22T15:00:00Z/47 hash:0a1b2c3d4e5f}. */
        String text() {
            String content = "hash:%012x".formatted(hash >>> 16);
            return version == null ? content : version + " " + content;
        }
    }

    private final Map<String, Map<String, Digest>> byType = new HashMap<>();
    /** Names under which clusters ask for their endpoints. */
    private final Set<String> edsNames = new HashSet<>();

    private ProxyName proxy;
    private int resources;

    private ResourceDigests() {}

    /**
     * Reads a dump to its end.
     *
     * @throws UnreadablePageException also when it ends early or has too many resources: half a dump would make the other half look lost
     */
    public static ResourceDigests read(InputStream page) throws IOException, UnreadablePageException {
        ResourceDigests digests = new ResourceDigests();
        boolean[] recognized = {false};
        JsonPage.read(
                page,
                root -> root.fields(key -> {
                    if (key.equals("configs")) {
                        recognized[0] = root.isArray();
                        root.elements(() -> digests.section(root));
                    }
                }));
        if (!recognized[0]) {
            throw new UnreadablePageException("no array \"configs\": not a config dump");
        }
        return digests;
    }

    /** Whose dump it says it is; null when it does not say (istiod's never does). */
    public ProxyName proxy() {
        return proxy;
    }

    /** True when the dump has a section of this type, be it empty. */
    boolean has(String type) {
        return byType.containsKey(type);
    }

    /** Resources of a type by name. */
    Map<String, Digest> of(String type) {
        return byType.getOrDefault(type, Map.of());
    }

    /** True for endpoints that come from istiod. Envoy's dump also lists the hosts of clusters of other types. */
    boolean asksFor(String assignment) {
        return edsNames.contains(assignment);
    }

    private void section(JsonCursor json) throws IOException, UnreadablePageException {
        String[] version = {null};
        boolean[] clusters = {false};
        json.fields(key -> {
            switch (key) {
                case "@type" -> type(json.textOrEmpty());
                case "versioninfo" -> version[0] = json.textOrNull();
                case "bootstrap" ->
                    json.fields(inner -> {
                        if (inner.equals("node")) {
                            node(json);
                        }
                    });
                case "dynamicactiveclusters" -> {
                    clusters[0] = true;
                    resources("CDS", "cluster", false, json);
                }
                case "dynamicwarmingclusters" -> resources("CDS", "cluster", true, json);
                case "dynamiclisteners" -> {
                    byType.putIfAbsent("LDS", new HashMap<>());
                    json.elements(() -> json.fields(state -> {
                        switch (state) {
                            case "activestate" -> resource("LDS", "listener", false, json);
                            case "warmingstate" -> resource("LDS", "listener", true, json);
                            default -> {}
                        }
                    }));
                }
                // Flat lists of Envoy before 2019.
                case "dynamicactivelisteners" -> resources("LDS", "listener", false, json);
                case "dynamicwarminglisteners" -> resources("LDS", "listener", true, json);
                case "dynamicrouteconfigs" -> resources("RDS", "routeconfig", false, json);
                case "dynamicendpointconfigs" -> resources("EDS", "endpointconfig", false, json);
                default -> {}
            }
        });
        if (clusters[0]) {
            // istiod says the version once, for the section.
            byType.get("CDS")
                    .replaceAll((name, digest) -> digest.version() == null
                            ? new Digest(version[0], digest.hash(), digest.warming())
                            : digest);
        }
    }

    /** Empty lists are left out of proto JSON: the type alone says that there is none. */
    private void type(String url) {
        switch (url.substring(url.lastIndexOf('.') + 1)) {
            case "ClustersConfigDump" -> byType.putIfAbsent("CDS", new HashMap<>());
            case "ListenersConfigDump" -> byType.putIfAbsent("LDS", new HashMap<>());
            case "RoutesConfigDump" -> byType.putIfAbsent("RDS", new HashMap<>());
            case "EndpointsConfigDump" -> byType.putIfAbsent("EDS", new HashMap<>());
            default -> {}
        }
    }

    private void node(JsonCursor json) throws IOException, UnreadablePageException {
        json.fields(key -> {
            if (key.equals("id") && json.textOrNull() != null) {
                proxy = ProxyName.parse(json.textOrEmpty());
            }
        });
    }

    private void resources(String type, String field, boolean warming, JsonCursor json)
            throws IOException, UnreadablePageException {
        byType.putIfAbsent(type, new HashMap<>());
        json.elements(() -> resource(type, field, warming, json));
    }

    /** {@code {version_info, cluster|listener|route_config|endpoint_config, last_updated}}. */
    private void resource(String type, String field, boolean warming, JsonCursor json)
            throws IOException, UnreadablePageException {
        String[] version = {null};
        Resource[] resource = {null};
        json.fields(key -> {
            if (key.equals("versioninfo")) {
                version[0] = json.textOrNull();
            } else if (key.equals(field)) {
                resource[0] = type.equals("EDS") ? Resource.assignment(json) : Resource.other(json);
            }
        });
        if (resource[0] == null || resource[0].name().isEmpty()) {
            return;
        }
        if (++resources > MAX_RESOURCES) {
            throw new UnreadablePageException("more than " + MAX_RESOURCES + " resources: such a dump is not compared");
        }
        if (resource[0].edsName() != null) {
            edsNames.add(resource[0].edsName());
        }
        // While an update warms, Envoy has both: the newer one is what it received last.
        byType.get(type)
                .merge(
                        resource[0].name(),
                        new Digest(version[0], resource[0].hash(), warming),
                        (a, b) -> b.warming() || !a.warming() ? b : a);
    }
}
