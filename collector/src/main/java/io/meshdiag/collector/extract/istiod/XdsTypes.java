package io.meshdiag.collector.extract.istiod;

import java.util.List;
import java.util.Map;

/** Short names of xDS types. */
final class XdsTypes {
    /** The types that syncz lists for every proxy before Istio 1.23, whether subscribed or not; by the prefix of their keys. */
    static final Map<String, String> BY_KEY_PREFIX =
            Map.of("cluster", "CDS", "listener", "LDS", "route", "RDS", "endpoint", "EDS", "extensionconfig", "ECDS");

    /** Types that every version has; ECDS came with 1.14. */
    static final List<String> ALWAYS = List.of("CDS", "EDS", "LDS", "RDS");

    private static final Map<String, String> BY_MESSAGE = Map.ofEntries(
            Map.entry("Cluster", "CDS"),
            Map.entry("Listener", "LDS"),
            Map.entry("RouteConfiguration", "RDS"),
            Map.entry("ClusterLoadAssignment", "EDS"),
            Map.entry("TypedExtensionConfig", "ECDS"),
            Map.entry("Secret", "SDS"),
            Map.entry("NameTable", "NDS"),
            Map.entry("ProxyConfig", "PCDS"),
            Map.entry("Address", "WDS"),
            Map.entry("Workload", "WDS"),
            Map.entry("Authorization", "WADS"));

    private XdsTypes() {}

    /** "CDS" for {@code type.googleapis.com/envoy.config.cluster.v3.Cluster}; the URL itself when it has no short name. */
    static String shortName(String typeUrl) {
        return BY_MESSAGE.getOrDefault(typeUrl.substring(typeUrl.lastIndexOf('.') + 1), typeUrl);
    }

    /** Questions of istioctl and other debug clients travel over xDS too. */
    static boolean isDebug(String typeUrl) {
        return typeUrl.contains("istio.io/debug");
    }
}
