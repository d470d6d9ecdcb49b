package io.meshdiag.collector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.schema.Facts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bug report that is full of secrets, in every place where one was ever seen: none of them comes out. */
class NothingSecretTest {
    private static final TestCertificates.Identity CA = TestCertificates.root("secret-test-ca");
    private static final String KEY = CA.keyPem();
    private static final String JWT = jwt();
    private static final String PASSWORD = "hunter2-canary-password";

    @TempDir
    private Path dir;

    @Test
    void noKeyTokenKubeconfigOrPasswordComesOutOfAnArchive() throws Exception {
        // Given
        Path archive = BugReport.of("east", "0a1b2c3d-0000-4000-8000-000000000001")
                .with("bug-report/cluster/secrets", secrets())
                .with("bug-report/cluster/crs", customResources())
                .with("bug-report/cluster/nodes", podWithSecrets())
                .with("bug-report/cluster/events", events())
                .with("bug-report/proxies/shop/web-1/config_dump?include_eds", configDump())
                .with("bug-report/proxies/shop/web-1/istio-proxy.log", log("envoy config\t"))
                .with("bug-report/istio/istio-system/istiod-1/discovery.log", log(""))
                .with("bug-report/cni/istio-cni-node-1/cni.log", log("cni-agent\t"))
                .with("bug-report/istio/istio-system/istiod-1/debug/networkz", "{\"" + PASSWORD + "\": " + JWT)
                .folder(dir);
        RecordedFacts facts = new RecordedFacts();
        // When
        List<ArchiveReport> reports =
                new ArchiveCollector(facts, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(List.of(archive));
        // Then
        String everything =
                facts.all().stream().map(f -> Facts.key(f) + " " + f).collect(Collectors.joining("\n")) + reports;
        assertThat(everything).contains("web-1", "api.west.example.com");
        for (String canary : canaries()) {
            assertThat(everything).doesNotContain(canary);
        }
        assertThat(facts.only(WebhookError.class)).hasSize(1);
        RemoteSecret secret = facts.one(RemoteSecret.class);
        assertThat(secret.getServerHost()).isEqualTo("api.west.example.com");
        assertThat(secret.getServerPort()).isEqualTo(6443);
        assertThat(secret.getCredentialKind()).isEqualTo(CredentialKind.TOKEN);
        assertThat(secret.getCredentialExpiresAt()).isEqualTo("2033-05-18T03:33:20Z");
        assertThat(secret.getCaSha256()).hasSize(64);
    }

    /** The secrets, their encodings, and pieces of them. */
    private static List<String> canaries() {
        String keyBody = KEY.replaceAll("-----[A-Z ]+-----|\\s", "");
        return List.of(
                keyBody.substring(10, 50),
                keyBody.substring(50, 90),
                base64(KEY).substring(0, 40),
                "PRIVATE KEY",
                JWT,
                JWT.split("\\.")[0] + ".",
                JWT.split("\\.")[1],
                JWT.split("\\.")[2],
                base64(JWT).substring(0, 40),
                PASSWORD,
                base64(PASSWORD),
                "client-key-data",
                base64(kubeconfig()).substring(0, 60));
    }

    private static String jwt() {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        return url.encodeToString("{\"alg\":\"RS256\",\"kid\":\"canary-kid\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + url.encodeToString("{\"sub\":\"canary-subject\",\"exp\":2000000000}".getBytes(StandardCharsets.UTF_8))
                + "." + url.encodeToString("canary-signature-canary-signature".getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String kubeconfig() {
        return """
                apiVersion: v1
                clusters:
                - cluster: {certificate-authority-data: %s, server: 'https://admin:%s@api.west.example.com:6443/path'}
                  name: west
                contexts: [{context: {cluster: west, user: west}, name: west}]
                current-context: west
                kind: Config
                users: [{name: west, user: {token: %s, client-key-data: %s, password: %s}}]
                """.formatted(base64(CA.pem()), PASSWORD, JWT, base64(KEY), PASSWORD);
    }

    /** As with --full-secrets: the CA's key, a remote secret, a service account token, an image pull secret. */
    private static String secrets() {
        return """
                apiVersion: v1
                items:
                - apiVersion: v1
                  data: {ca-cert.pem: %s, ca-key.pem: %s}
                  kind: Secret
                  metadata: {name: cacerts, namespace: istio-system}
                - apiVersion: v1
                  data: {west: %s}
                  kind: Secret
                  metadata:
                    annotations:
                      kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"west":"%s"}}'
                    labels: {istio/multiCluster: "true"}
                    name: istio-remote-secret-west
                    namespace: istio-system
                - apiVersion: v1
                  data: {token: %s, password: %s}
                  kind: Secret
                  metadata: {name: default-token, namespace: shop}
                  type: kubernetes.io/service-account-token
                kind: List
                """.formatted(base64(CA.pem()), base64(KEY), base64(kubeconfig()), JWT, base64(JWT), base64(PASSWORD));
    }

    private static String customResources() {
        return """
                apiVersion: v1
                items:
                - apiVersion: networking.istio.io/v1alpha3
                  kind: EnvoyFilter
                  metadata:
                    annotations:
                      kubectl.kubernetes.io/last-applied-configuration: '{"password":"%s"}'
                    name: auth
                    namespace: shop
                  spec: {configPatches: [{patch: {value: {inline_string: %s}}}]}
                  status: {conditions: [{type: Accepted, status: "False", reason: Invalid, message: 'token=%s'}]}
                - apiVersion: networking.istio.io/v1
                  kind: VirtualService
                  metadata: {name: web, namespace: shop}
                  spec: {http: [{headers: {request: {set: {authorization: Bearer %s}}}}]}
                kind: List
                """.formatted(PASSWORD, JWT, PASSWORD, JWT);
    }

    private static String podWithSecrets() {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  annotations: {proxy.istio.io/config: 'password: %s'}
                  labels: {app: istiod}
                  name: istiod-9
                  namespace: istio-system
                spec:
                  containers:
                  - args: [--password=%s]
                    env: [{name: DB_PASSWORD, value: %s}, {name: TOKEN, value: %s}]
                    image: docker.io/istio/pilot:1.28.1
                    name: discovery
                status: {phase: Running}
                """.formatted(PASSWORD, PASSWORD, PASSWORD, JWT);
    }

    private static String events() {
        return """
                NAMESPACE   LAST SEEN   TYPE      REASON         OBJECT                 SUBOBJECT   SOURCE                  MESSAGE   FIRST SEEN   COUNT   NAME
                shop        2m          Warning   FailedCreate   replicaset/web-6c9                 replicaset-controller   Error creating: Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook: Post "https://admin:%s@istiod.istio-system.svc:443/inject?token=%s": x509: certificate signed by unknown authority password=%s   10m   7   web-6c9.1
                """.formatted(PASSWORD, JWT, PASSWORD);
    }

    private static String configDump() {
        return """
                {"configs":[
                 {"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{"node":{
                   "id":"sidecar~10.1.0.5~web-1.shop~shop.svc.cluster.local",
                   "metadata":{"CLUSTER_ID":"east","MESH_ID":"mesh1","ISTIO_META_PASSWORD":"%s",
                     "PROXY_CONFIG":{"proxyMetadata":{"TOKEN":"%s"}}}}}},
                 {"@type":"type.googleapis.com/envoy.admin.v3.SecretsConfigDump","dynamic_active_secrets":[
                   {"name":"default","secret":{"name":"default","tls_certificate":{
                     "certificate_chain":{"inline_bytes":"%s"},"private_key":{"inline_bytes":"%s"},
                     "password":{"inline_string":"%s"}}}}]}]}
                """.formatted(PASSWORD, JWT, base64(CA.pem()), base64(KEY), PASSWORD);
    }

    /** Known signatures with secrets in them. */
    private static String log(String scope) {
        return """
                2026-08-22T14:59:00.000000Z\terror\t%1$sAdd cluster: create remote cluster failed: kubeconfig is not valid: token: %2$s\tcluster=west secret=istio-system/x
                2026-08-22T14:59:01.000000Z\twarning\t%1$sgRPC config stream closed: 16, authentication failure: Bearer %2$s password=%3$s
                2026-08-22T14:59:02.000000Z\terror\t%1$sistio-cni cmdAdd error: Get "https://admin:%3$s@10.96.0.1:443/": Unauthorized, token %2$s
                """.formatted(scope, JWT, PASSWORD);
    }
}
