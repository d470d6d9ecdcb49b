package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.RemoteAccess;
import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.pki.Pem;
import java.util.Map;
import java.util.stream.Stream;

/** Secrets with their content, as --full-secrets collects them. Keys and tokens in it are made up and open nothing. */
public final class FullSecrets {
    private final Fleet fleet;
    private final Cluster cluster;
    private final Meta meta;

    public FullSecrets(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
    }

    public KubeList list() {
        return new KubeList(
                "cluster/secrets",
                () -> Stream.concat(
                        Stream.of(authority()),
                        cluster.remoteSecrets().entrySet().stream().map(e -> remote(e.getKey(), e.getValue()))));
    }

    private Map<String, Object> authority() {
        Authority ca = cluster.authority();
        String own = Pem.base64(Pem.of(ca.certificate()));
        String key = Pem.base64(ca.keyPem());
        if (cluster.selfSigned()) {
            return meta.object(
                    "v1",
                    "Secret",
                    "istio-system",
                    "istio-ca-secret",
                    Map.of(),
                    "data",
                    Tree.of("ca-cert.pem", own, "ca-key.pem", key),
                    "type",
                    "istio.io/ca-root");
        }
        return meta.object(
                "v1",
                "Secret",
                "istio-system",
                "cacerts",
                Map.of(),
                "data",
                Tree.of(
                        "ca-cert.pem",
                        own,
                        "ca-key.pem",
                        key,
                        "cert-chain.pem",
                        Pem.base64(Pem.of(ca.chain())),
                        "root-cert.pem",
                        Pem.base64(Pem.of(cluster.trust().bundle()))),
                "type",
                "Opaque");
    }

    private Map<String, Object> remote(String id, RemoteAccess access) {
        Map<String, Object> secret = meta.object(
                "v1",
                "Secret",
                "istio-system",
                "istio-remote-secret-" + id,
                Map.of("istio/multiCluster", "true"),
                "data",
                Tree.of(id, Pem.base64(kubeconfig(id, access))),
                "type",
                "Opaque");
        @SuppressWarnings("unchecked")
        Map<String, Object> metadata = (Map<String, Object>) secret.get("metadata");
        metadata.put("annotations", Map.of("networking.istio.io/cluster", id));
        return secret;
    }

    private String kubeconfig(String id, RemoteAccess access) {
        Authority api = fleet.apiAuthority(access.target());
        return """
                apiVersion: v1
                clusters:
                - cluster:
                    certificate-authority-data: %2$s
                    server: https://%3$s
                  name: %1$s
                contexts:
                - context:
                    cluster: %1$s
                    user: %1$s
                  name: %1$s
                current-context: %1$s
                kind: Config
                preferences: {}
                users:
                - name: %1$s
                  user:
                    token: %4$s
                """.formatted(id, Pem.base64(Pem.of(api.root())), access.server(), token(access));
    }

    /** In the form of a service account token; without an end, as istioctl create-remote-secret uses, unless a fault gave it one. */
    private String token(RemoteAccess access) {
        String header = Pem.base64("{\"alg\":\"RS256\"}").replace("=", "");
        String claims = Pem.base64("{\"iss\":\"kubernetes/serviceaccount\",\"sub\":"
                        + "\"system:serviceaccount:istio-system:istio-reader-service-account\""
                        + (access.expiresAt() == null
                                ? "}"
                                : ",\"exp\":" + access.expiresAt().getEpochSecond() + "}"))
                .replace("=", "");
        String signature = Pem.base64(fleet.names().uuid(cluster.name(), access.target(), "token"))
                .replace("=", "");
        return header + "." + claims + "." + signature;
    }
}
