package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.LastWriter;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.WebhookEntry;
import io.meshdiag.fact.WebhookKind;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** WebhookConfig: mutating and validating webhook configurations of Istio, told by entry name, service or labels. */
final class WebhookConfigs implements Extractor {
    private static final int MAX_ENTRIES = 100;
    private static final int MAX_SELECTOR = 2000;
    private static final int MAX_CERTIFICATES = 10;

    @Override
    public void extract(KubernetesObject object, Origin origin, FactSink facts) {
        WebhookKind kind = kind(object.kind());
        if (kind == WebhookKind.UNKNOWN || !isIstios(object)) {
            return;
        }
        List<WebhookEntry> entries = new ArrayList<>();
        boolean active = false;
        for (JsonNode webhook : object.json().path("webhooks")) {
            if (entries.size() < MAX_ENTRIES) {
                entries.add(entry(webhook));
                active |= !deactivated(webhook);
            }
        }
        facts.accept(Digests.stamp(WebhookConfig.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:" + object.kind())
                        .header())
                .setKind(kind)
                .setName(object.name())
                .setRevision(object.label("istio.io/rev"))
                .setTag(object.label("istio.io/tag"))
                .setActive(active)
                .setEntries(entries)
                .setLastWriter(lastWriter(object.json().path("metadata").path("managedFields")))
                .build()));
    }

    private static WebhookKind kind(String kind) {
        return switch (kind) {
            case "MutatingWebhookConfiguration" -> WebhookKind.MUTATING;
            case "ValidatingWebhookConfiguration" -> WebhookKind.VALIDATING;
            default -> WebhookKind.UNKNOWN;
        };
    }

    private static boolean isIstios(KubernetesObject object) {
        if (object.label("istio.io/rev") != null || object.label("istio.io/tag") != null) {
            return true;
        }
        for (JsonNode webhook : object.json().path("webhooks")) {
            String name = webhook.path("name").asText();
            String service =
                    webhook.path("clientConfig").path("service").path("name").asText();
            if (name.endsWith("sidecar-injector.istio.io")
                    || name.endsWith("validation.istio.io")
                    || service.equals("istiod")
                    || service.startsWith("istiod-")) {
                return true;
            }
        }
        return false;
    }

    private static WebhookEntry entry(JsonNode webhook) {
        JsonNode client = webhook.path("clientConfig");
        JsonNode service = client.path("service");
        String policy = KubernetesObject.name(webhook.path("failurePolicy"));
        WebhookEntry.Builder entry = WebhookEntry.newBuilder()
                .setName(KubernetesObject.name(webhook.path("name")))
                .setFailurePolicy(policy.isEmpty() ? "Fail" : policy)
                .setTimeoutSeconds(webhook.path("timeoutSeconds").asInt(10))
                .setServiceNamespace(KubernetesObject.textOrNull(service.path("namespace")))
                .setServiceName(KubernetesObject.textOrNull(service.path("name")))
                .setPath(KubernetesObject.textOrNull(service.path("path")))
                .setNamespaceSelector(selector(webhook.path("namespaceSelector")))
                .setObjectSelector(selector(webhook.path("objectSelector")));
        url(client.path("url").asText(), entry);
        caBundle(client.path("caBundle").asText(), entry);
        return entry.build();
    }

    /** Host and path; a URL's user info and query may be credentials and are dropped. */
    private static void url(String url, WebhookEntry.Builder entry) {
        if (url.isEmpty()) {
            return;
        }
        try {
            URI uri = URI.create(url);
            entry.setUrlHost(bounded(uri.getHost()));
            entry.setUrlPort(uri.getPort() < 0 ? 443 : uri.getPort());
            entry.setPath(bounded(uri.getPath()));
        } catch (IllegalArgumentException e) {
            entry.setUrlHost("(not a URL)");
        }
    }

    private static String bounded(String text) {
        return text == null || text.isEmpty() ? null : Printable.shorten(text, 253);
    }

    private static void caBundle(String base64, WebhookEntry.Builder entry) {
        if (base64.isBlank()) {
            entry.setCaBundleState(CaBundleState.EMPTY);
            return;
        }
        entry.setCaBundleState(CaBundleState.INVALID);
        try {
            byte[] pem = Base64.getMimeDecoder().decode(base64);
            entry.setCaBundleSha256(Digests.sha256Hex(pem));
            List<CertificateInfo> certificates = Certificates.parsePem(pem);
            if (!certificates.isEmpty()) {
                entry.setCaBundleState(CaBundleState.VALID);
                entry.setCaBundle(certificates.stream().limit(MAX_CERTIFICATES).toList());
            }
        } catch (IllegalArgumentException | UnreadableCertificateException e) {
            entry.setCaBundleState(CaBundleState.INVALID);
        }
    }

    private static String selector(JsonNode selector) {
        return Printable.shorten(CanonicalJson.of(selector), MAX_SELECTOR);
    }

    private static boolean deactivated(JsonNode webhook) {
        return hasLabel(webhook.path("namespaceSelector")) || hasLabel(webhook.path("objectSelector"));
    }

    private static boolean hasLabel(JsonNode selector) {
        return selector.path("matchLabels").has("istio.io/deactivated");
    }

    private static LastWriter lastWriter(JsonNode managedFields) {
        LastWriter last = null;
        for (JsonNode entry : managedFields) {
            Instant at = KubernetesObject.time(entry.path("time"));
            if (last == null || last.getAt() == null || (at != null && at.isAfter(last.getAt()))) {
                last = LastWriter.newBuilder()
                        .setManager(KubernetesObject.name(entry.path("manager")))
                        .setOperation(KubernetesObject.name(entry.path("operation")))
                        .setAt(at)
                        .build();
            }
        }
        return last;
    }
}
