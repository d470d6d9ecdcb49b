package io.meshdiag.collector.cluster.watch;

import java.util.ArrayList;
import java.util.List;

/**
 * What is watched: one table. What is not in it is never asked for, and {@link AccessNeeds} is made from it. Versions are not in it: each cluster is
 * asked which it serves.
 */
public final class WatchedKinds {
    static final String RESOURCES = "kubernetes/resources";
    static final String CLUSTER_RESOURCES = "kubernetes/cluster-resources";
    static final String CUSTOM_RESOURCES = "kubernetes/custom-resources";
    static final String NODES = "kubernetes/nodes";
    static final String PODS = "kubernetes/pods";
    public static final String SECRETS = "kubernetes/secrets";
    public static final String EVENTS = "kubernetes/events";

    /** The Secret with istiod's own CA. Its data is a private key. */
    static final String CA_SECRET = "cacerts";

    private static final String CORE = "";
    private static final String ADMISSION = "admissionregistration.k8s.io";
    private static final String NETWORKING = "networking.istio.io";
    private static final String SECURITY = "security.istio.io";
    private static final String GATEWAY_API = "gateway.networking.k8s.io";

    private static final List<WatchedKind> EVERYWHERE = List.of(
            all(CORE, "namespaces", CLUSTER_RESOURCES),
            all(CORE, "nodes", NODES),
            all(CORE, "pods", PODS),
            all(CORE, "services", RESOURCES),
            all("discovery.k8s.io", "endpointslices", RESOURCES),
            labelled("apps", "deployments", RESOURCES, "app=istiod"),
            selected("apps", "daemonsets", RESOURCES, "metadata.name=istio-cni-node"),
            selected(CORE, "configmaps", RESOURCES, "metadata.name=istio-ca-root-cert"),
            all(ADMISSION, "mutatingwebhookconfigurations", CLUSTER_RESOURCES),
            all(ADMISSION, "validatingwebhookconfigurations", CLUSTER_RESOURCES),
            selected(CORE, "events", EVENTS, "reason=FailedCreate"),
            selected(CORE, "events", EVENTS, "reason=FailedCreatePodSandBox"),
            all(NETWORKING, "destinationrules", CUSTOM_RESOURCES),
            all(NETWORKING, "envoyfilters", CUSTOM_RESOURCES),
            all(NETWORKING, "gateways", CUSTOM_RESOURCES),
            all(NETWORKING, "proxyconfigs", CUSTOM_RESOURCES),
            all(NETWORKING, "serviceentries", CUSTOM_RESOURCES),
            all(NETWORKING, "sidecars", CUSTOM_RESOURCES),
            all(NETWORKING, "virtualservices", CUSTOM_RESOURCES),
            all(NETWORKING, "workloadentries", CUSTOM_RESOURCES),
            all(NETWORKING, "workloadgroups", CUSTOM_RESOURCES),
            all(SECURITY, "authorizationpolicies", CUSTOM_RESOURCES),
            all(SECURITY, "peerauthentications", CUSTOM_RESOURCES),
            all(SECURITY, "requestauthentications", CUSTOM_RESOURCES),
            all("telemetry.istio.io", "telemetries", CUSTOM_RESOURCES),
            all("extensions.istio.io", "wasmplugins", CUSTOM_RESOURCES),
            all(GATEWAY_API, "gateways", CUSTOM_RESOURCES),
            all(GATEWAY_API, "httproutes", CUSTOM_RESOURCES),
            all(GATEWAY_API, "grpcroutes", CUSTOM_RESOURCES),
            all(GATEWAY_API, "tcproutes", CUSTOM_RESOURCES),
            all(GATEWAY_API, "tlsroutes", CUSTOM_RESOURCES));

    private WatchedKinds() {}

    /** Everything that is watched with these settings. */
    public static List<WatchedKind> of(WatchSettings settings) {
        List<WatchedKind> kinds = new ArrayList<>(EVERYWHERE);
        for (String namespace : settings.istioNamespaces()) {
            kinds.add(new WatchedKind(CORE, "configmaps", RESOURCES, namespace, null, null));
            kinds.add(new WatchedKind(CORE, "secrets", SECRETS, namespace, "istio/multiCluster=true", null));
            if (settings.caSecret()) {
                kinds.add(new WatchedKind(CORE, "secrets", SECRETS, namespace, null, "metadata.name=" + CA_SECRET));
            }
        }
        return kinds.stream()
                .filter(kind -> !settings.off().contains(kind.source()))
                .toList();
    }

    private static WatchedKind all(String group, String plural, String source) {
        return new WatchedKind(group, plural, source, null, null, null);
    }

    private static WatchedKind labelled(String group, String plural, String source, String labels) {
        return new WatchedKind(group, plural, source, null, labels, null);
    }

    private static WatchedKind selected(String group, String plural, String source, String fields) {
        return new WatchedKind(group, plural, source, null, null, fields);
    }
}
