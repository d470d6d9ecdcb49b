package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * RemoteSecret: one fact per data key of a Secret labelled istio/multiCluster=true. Of the kubeconfig only host, port, hashes, the kind of
 * credential and its expiry go on. Other Secrets' data is not looked at.
 */
final class RemoteSecrets implements Extractor {
    static final String NAME_PREFIX = "istio-remote-secret-";
    private static final int MAX_CLUSTERS = 1000;

    @Override
    public void extract(KubernetesObject secret, Origin origin, FactSink facts) {
        if (!secret.kind().equals("Secret") || !"true".equals(secret.label("istio/multiCluster"))) {
            return;
        }
        Origin seen = origin.seenBy(origin.observer(), "kubernetes:Secret");
        secret.json().path("data").properties().stream()
                .limit(MAX_CLUSTERS)
                .forEach(e -> facts.accept(fact(secret, e.getKey(), decoded(e.getValue()), seen)));
        secret.json().path("stringData").properties().stream()
                .limit(MAX_CLUSTERS)
                .forEach(e -> facts.accept(fact(secret, e.getKey(), e.getValue().asText(), seen)));
    }

    /** What the name alone tells, where kubectl printed the table of names: istioctl names the Secret after the cluster. */
    static void extractName(String namespace, String name, Origin origin, FactSink facts) {
        if (!name.startsWith(NAME_PREFIX) || name.length() == NAME_PREFIX.length()) {
            return;
        }
        facts.accept(Digests.stamp(RemoteSecret.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:Secret").header())
                .setNamespace(namespace)
                .setName(name)
                .setClusterKey(name.substring(NAME_PREFIX.length()))
                .setKeyFromName(true)
                .build()));
    }

    /** Null when the value is not base64. */
    private static String decoded(JsonNode value) {
        try {
            return new String(Base64.getMimeDecoder().decode(value.asText()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static RemoteSecret fact(KubernetesObject secret, String key, String kubeconfig, Origin origin) {
        Kubeconfig read =
                kubeconfig == null ? Kubeconfig.unreadable("the value is not base64") : Kubeconfig.read(kubeconfig);
        return Digests.stamp(RemoteSecret.newBuilder()
                .setHeader(origin.header())
                .setNamespace(secret.namespace())
                .setName(secret.name())
                .setClusterKey(Printable.shorten(key, 253))
                .setServerHost(read.host())
                .setServerPort(read.port())
                .setCaSha256(read.caSha256())
                .setCredentialKind(read.credential())
                .setCredentialExpiresAt(read.expiresAt())
                .setResourceVersion(KubernetesObject.textOrNull(
                        secret.json().path("metadata").path("resourceVersion")))
                .setProblem(read.problem())
                .build());
    }
}
