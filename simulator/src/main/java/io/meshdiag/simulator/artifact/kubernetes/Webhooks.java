package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Revisions;
import io.meshdiag.simulator.pki.Pem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Istio's admission webhooks with the caBundle that istiod, or someone else, wrote. */
final class Webhooks {
    private static final String INJECT = "sidecar.istio.io/inject";
    private static final String REV = "istio.io/rev";

    private final Cluster cluster;
    private final Meta meta;

    Webhooks(Fleet fleet, Cluster cluster) {
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
    }

    Stream<Map<String, Object>> all() {
        Stream<Map<String, Object>> injectors =
                cluster.spec().revisions().stream().map(this::injector);
        Stream<Map<String, Object>> validators =
                cluster.spec().revisions().stream().map(this::validator);
        return Stream.of(injectors, validators, Stream.of(defaultValidator())).flatMap(stream -> stream);
    }

    private Map<String, Object> injector(String revision) {
        String name = Revisions.named("istio-sidecar-injector", revision);
        List<Object> entries = new ArrayList<>();
        entries.add(injection(
                name,
                revision,
                "rev.namespace",
                List.of(in(REV, revision), absent("istio-injection")),
                List.of(notIn(INJECT, "false"))));
        entries.add(injection(
                name,
                revision,
                "rev.object",
                List.of(absent(REV), absent("istio-injection")),
                List.of(notIn(INJECT, "false"), in(REV, revision))));
        if (revision.equals("default")) {
            entries.add(injection(
                    name,
                    revision,
                    "namespace",
                    List.of(in("istio-injection", "enabled")),
                    List.of(notIn(INJECT, "false"))));
            entries.add(injection(
                    name,
                    revision,
                    "object",
                    List.of(absent("istio-injection"), absent(REV)),
                    List.of(in(INJECT, "true"), absent(REV))));
        }
        return meta.object(
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                "",
                name,
                Map.of("app", "sidecar-injector", REV, revision, "app.kubernetes.io/part-of", "istio"),
                "webhooks",
                entries);
    }

    private Map<String, Object> injection(
            String configuration, String revision, String entry, List<Object> namespaces, List<Object> objects) {
        return Tree.of(
                "admissionReviewVersions",
                List.of("v1"),
                "clientConfig",
                client(configuration, Revisions.named("istiod", revision), "/inject"),
                "failurePolicy",
                "Fail",
                "matchPolicy",
                "Equivalent",
                "name",
                entry + ".sidecar-injector.istio.io",
                "namespaceSelector",
                Tree.of("matchExpressions", namespaces),
                "objectSelector",
                Tree.of("matchExpressions", objects),
                "reinvocationPolicy",
                "Never",
                "rules",
                List.of(rule(List.of(""), List.of("v1"), List.of("CREATE"), List.of("pods"))),
                "sideEffects",
                "None",
                "timeoutSeconds",
                10);
    }

    private Map<String, Object> validator(String revision) {
        String name = Revisions.named("istio-validator", revision) + "-istio-system";
        Map<String, String> labels = Map.of("app", "istiod", "istio", "istiod", REV, revision);
        return validating(
                name, labels, "rev.validation.istio.io", Revisions.named("istiod", revision), in(REV, revision));
    }

    private Map<String, Object> defaultValidator() {
        String revision = cluster.spec().revisions().get(0);
        Map<String, String> labels = Map.of("app", "istiod", "istio", "istiod", REV, revision);
        return validating(
                "istiod-default-validator",
                labels,
                "validation.istio.io",
                Revisions.named("istiod", revision),
                absent(REV));
    }

    private Map<String, Object> validating(
            String name, Map<String, String> labels, String entry, String service, Object selector) {
        Map<String, Object> webhook = Tree.of(
                "admissionReviewVersions",
                List.of("v1"),
                "clientConfig",
                client(name, service, "/validate"),
                "failurePolicy",
                "Fail",
                "matchPolicy",
                "Equivalent",
                "name",
                entry,
                "namespaceSelector",
                Tree.of(),
                "objectSelector",
                Tree.of("matchExpressions", List.of(selector)),
                "rules",
                List.of(rule(
                        List.of(
                                "security.istio.io",
                                "networking.istio.io",
                                "telemetry.istio.io",
                                "extensions.istio.io"),
                        List.of("*"),
                        List.of("CREATE", "UPDATE"),
                        List.of("*"))),
                "sideEffects",
                "None",
                "timeoutSeconds",
                10);
        return meta.object(
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                "",
                name,
                labels,
                "webhooks",
                List.of(webhook));
    }

    private Map<String, Object> client(String configuration, String service, String path) {
        String own = Pem.of(cluster.trust().bundle());
        return Tree.of(
                "caBundle", Pem.base64(cluster.caBundles().getOrDefault(configuration, own)),
                "service", Tree.of("name", service, "namespace", "istio-system", "path", path, "port", 443));
    }

    private static Map<String, Object> rule(
            List<String> groups, List<String> versions, List<String> operations, List<String> resources) {
        return Tree.of(
                "apiGroups",
                groups,
                "apiVersions",
                versions,
                "operations",
                operations,
                "resources",
                resources,
                "scope",
                "*");
    }

    private static Object in(String key, String value) {
        return Tree.of("key", key, "operator", "In", "values", List.of(value));
    }

    private static Object notIn(String key, String value) {
        return Tree.of("key", key, "operator", "NotIn", "values", List.of(value));
    }

    private static Object absent(String key) {
        return Tree.of("key", key, "operator", "DoesNotExist");
    }
}
