package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ValidationMessage;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** IstioResource: objects of Istio's API groups and of the Gateway API. */
final class IstioResources implements Extractor {
    private static final Set<String> GROUPS = Set.of(
            "networking.istio.io",
            "security.istio.io",
            "telemetry.istio.io",
            "extensions.istio.io",
            "gateway.networking.k8s.io");
    /** Kinds whose spec cannot carry credentials; a VirtualService can (headers), an EnvoyFilter carries anything. */
    private static final Set<String> SPEC_SHOWN =
            Set.of("Gateway", "DestinationRule", "ServiceEntry", "Sidecar", "PeerAuthentication");

    private static final int MAX_SPEC = 4000;
    private static final int MAX_MESSAGES = 50;

    @Override
    public void extract(KubernetesObject object, Origin origin, FactSink facts) {
        if (!GROUPS.contains(object.group())) {
            return;
        }
        String spec = CanonicalJson.of(object.spec());
        facts.accept(Digests.stamp(IstioResource.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:" + object.kind())
                        .header())
                .setGroup(object.group())
                .setVersion(object.version())
                .setKind(object.kind())
                .setNamespace(object.namespace())
                .setName(object.name())
                .setGeneration(object.json().path("metadata").path("generation").asLong())
                .setSpecHash(CanonicalJson.sha256(object.spec()))
                .setCanonicalSpec(isShown(object) ? whole(spec) : null)
                .setCreatedAt(object.created())
                .setValidationMessages(messages(object.status()))
                .setBadConditions(BadConditions.of(object.status()))
                .build()));
    }

    private static boolean isShown(KubernetesObject object) {
        return object.group().endsWith("istio.io") && SPEC_SHOWN.contains(object.kind());
    }

    /** A spec that is too long is left out rather than cut: half a JSON text cannot be read. */
    private static String whole(String spec) {
        String clean = Printable.clean(spec);
        return clean.length() <= MAX_SPEC ? clean : null;
    }

    private static List<ValidationMessage> messages(JsonNode status) {
        List<ValidationMessage> messages = new ArrayList<>();
        for (JsonNode message : status.path("validationMessages")) {
            if (messages.size() < MAX_MESSAGES) {
                messages.add(ValidationMessage.newBuilder()
                        .setCode(KubernetesObject.name(message.path("type").path("code")))
                        .setLevel(KubernetesObject.name(message.path("level")))
                        .setDocumentationUrl(KubernetesObject.textOrNull(message.path("documentationUrl")))
                        .build());
            }
        }
        return messages;
    }
}
