package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.artifact.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A CustomResourceDefinition of Istio as an API server takes it: any fields, with a status of its own.
 *
 * @param versions served ones, the stored one first
 */
record IstioDefinition(String group, String kind, String plural, List<String> versions) {
    static final List<IstioDefinition> ALL = List.of(
            security("AuthorizationPolicy", "authorizationpolicies"),
            networking("DestinationRule", "destinationrules"),
            new IstioDefinition("networking.istio.io", "EnvoyFilter", "envoyfilters", List.of("v1alpha3")),
            networking("Gateway", "gateways"),
            security("PeerAuthentication", "peerauthentications"),
            networking("ServiceEntry", "serviceentries"),
            networking("Sidecar", "sidecars"),
            new IstioDefinition("telemetry.istio.io", "Telemetry", "telemetries", List.of("v1", "v1alpha1")),
            networking("VirtualService", "virtualservices"),
            networking("WorkloadEntry", "workloadentries"),
            networking("WorkloadGroup", "workloadgroups"));

    private static IstioDefinition networking(String kind, String plural) {
        return new IstioDefinition("networking.istio.io", kind, plural, List.of("v1", "v1beta1", "v1alpha3"));
    }

    private static IstioDefinition security(String kind, String plural) {
        return new IstioDefinition("security.istio.io", kind, plural, List.of("v1", "v1beta1"));
    }

    /** Its kind in every version. */
    List<ResourceKind> kinds(int stage) {
        return versions.stream()
                .map(version -> new ResourceKind(group + "/" + version, kind, plural, true, stage))
                .toList();
    }

    Map<String, Object> object() {
        List<Object> served = new ArrayList<>();
        for (String version : versions) {
            served.add(Tree.of(
                    "name", version,
                    "served", true,
                    "storage", served.isEmpty(),
                    "schema",
                            Tree.of(
                                    "openAPIV3Schema",
                                    Tree.of("type", "object", "x-kubernetes-preserve-unknown-fields", true)),
                    "subresources", Tree.of("status", Tree.of())));
        }
        return Tree.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "CustomResourceDefinition",
                "metadata",
                Tree.of("name", plural + "." + group, "labels", Map.of("app.kubernetes.io/part-of", "istio")),
                "spec",
                Tree.of(
                        "group",
                        group,
                        "names",
                        Tree.of(
                                "kind",
                                kind,
                                "listKind",
                                kind + "List",
                                "plural",
                                plural,
                                "singular",
                                kind.toLowerCase(Locale.ROOT)),
                        "scope",
                        "Namespaced",
                        "versions",
                        served));
    }
}
