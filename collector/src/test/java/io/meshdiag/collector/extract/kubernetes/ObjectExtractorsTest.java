package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectExtractorsTest {
    @Test
    void aTrustBundleHasEveryRootOnce() throws Exception {
        String a = TestCertificates.root("a").pem();
        String b = TestCertificates.root("b").pem();

        TrustBundle bundle = Kube.one(TrustBundle.class, """
                kind: ConfigMap
                metadata: {name: istio-ca-root-cert, namespace: shop}
                data:
                  root-cert.pem: |
                """ + (a + b + a).replaceAll("(?m)^", "    "));

        assertThat(bundle.getTrustedRootsCount()).isEqualTo(2);
        assertThat(bundle.getTrustedRoots()).extracting(c -> c.getSubject()).containsExactlyInAnyOrder("CN=a", "CN=b");
    }

    @Test
    void aClusterKnowsTheCaOfItsApiServerAsRemoteSecretsHoldIt() throws Exception {
        String ca = TestCertificates.root("kubernetes").pem();

        ClusterProfile profile = Kube.one(ClusterProfile.class, """
                kind: ConfigMap
                metadata: {name: kube-root-ca.crt, namespace: shop}
                data:
                  ca.crt: |
                """ + ca.replaceAll("(?m)^", "    "));

        assertThat(profile.getApiServerCaSha256())
                .isEqualTo(Certificates.parsePem(ca).get(0).getSha256());
    }

    @Test
    void aWebhookShowsWhetherItsCaBundleIsThere() throws Exception {
        String pem = TestCertificates.root("istiod").pem();

        WebhookConfig config = Kube.one(WebhookConfig.class, """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata:
                  name: istio-sidecar-injector
                  labels: {istio.io/rev: default}
                  managedFields:
                  - {manager: helm, operation: Update, time: "2026-08-01T00:00:00Z", fieldsV1: {}}
                  - {manager: pilot-discovery, operation: Update, time: "2026-08-02T00:00:00Z", fieldsV1: {}}
                webhooks:
                - {name: rev.namespace.sidecar-injector.istio.io, clientConfig: {caBundle: %s, service: {name: istiod, namespace: istio-system, path: /inject}}}
                - {name: namespace.sidecar-injector.istio.io, failurePolicy: Ignore, clientConfig: {service: {name: istiod}}}
                - {name: object.sidecar-injector.istio.io, clientConfig: {caBundle: %s, url: 'https://user:pw@istiod.example:15017/inject/cluster/east?x=1'}}
                """.formatted(base64(pem), base64("not a certificate")));

        assertThat(config.getEntries())
                .extracting(e -> e.getCaBundleState())
                .containsExactly(CaBundleState.VALID, CaBundleState.EMPTY, CaBundleState.INVALID);
        assertThat(config.getEntries()).extracting(e -> e.getFailurePolicy()).containsExactly("Fail", "Ignore", "Fail");
        assertThat(config.getEntries().get(2).getUrlHost()).isEqualTo("istiod.example");
        assertThat(config.getEntries().get(2).getUrlPort()).isEqualTo(15017);
        assertThat(config.getEntries().get(2).getPath()).isEqualTo("/inject/cluster/east");
        assertThat(config.getLastWriter().getManager()).isEqualTo("pilot-discovery");
        assertThat(config.getActive()).isTrue();
    }

    @Test
    void aWebhookThatIsNotIstiosIsPassedOver() throws Exception {
        assertThat(Kube.of(WebhookConfig.class, """
                kind: ValidatingWebhookConfiguration
                metadata: {name: cert-manager-webhook}
                webhooks: [{name: webhook.cert-manager.io, clientConfig: {service: {name: cert-manager-webhook}}}]
                """)).isEmpty();
    }

    @ParameterizedTest(name = "{0} → {1}, {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "user: {exec: {command: aws}}     | EXEC    | istiod refuses",
                "user: {}                         | NONE    | no credential",
                "user: {token: opaque}            | TOKEN   |",
            })
    void aRemoteSecretTellsTheKindOfItsCredential(String user, CredentialKind kind, String problem) throws Exception {
        RemoteSecret secret = Kube.one(RemoteSecret.class, remoteSecret("""
                clusters: [{name: c, cluster: {server: 'https://10.0.0.1'}}]
                users: [{name: u, %s}]
                """.formatted(user)));

        assertThat(secret.getCredentialKind()).isEqualTo(kind);
        assertThat(secret.getServerHost()).isEqualTo("10.0.0.1");
        assertThat(secret.getServerPort()).isEqualTo(443);
        if (problem == null) {
            assertThat(secret.getProblem()).isNull();
        } else {
            assertThat(secret.getProblem()).contains(problem);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{cluster: c, user: u}       | here  |",
                "{cluster: c, user: u}       | there | current-context",
                "{cluster: other, user: u}   | here  | cluster or user",
                "{cluster: c, user: nobody}  | here  | cluster or user",
            })
    void aRemoteSecretThatIstiodRefusesForItsNamesSaysSo(String context, String current, String problem)
            throws Exception {
        RemoteSecret secret = Kube.one(RemoteSecret.class, remoteSecret("""
                clusters: [{name: c, cluster: {server: 'https://10.0.0.1'}}]
                users: [{name: u, user: {token: opaque}}]
                contexts: [{name: here, context: %s}]
                current-context: %s
                """.formatted(context, current)));

        assertThat(secret.getServerHost()).isEqualTo("10.0.0.1");
        if (problem == null) {
            assertThat(secret.getProblem()).isNull();
        } else {
            assertThat(secret.getProblem()).contains(problem, "istiod refuses it");
        }
    }

    @Test
    void aKubeconfigThatIsNoYamlIsAProblemThatDoesNotRepeatIt() throws Exception {
        RemoteSecret secret = Kube.one(RemoteSecret.class, remoteSecret("{ canary: ["));

        assertThat(secret.getProblem()).contains("YAML").doesNotContain("canary");
    }

    @Test
    void specsAreComparableWhateverTheOrderOfTheirKeys() throws Exception {
        IstioResource one =
                Kube.one(IstioResource.class, destinationRule("host: a, trafficPolicy: {tls: {mode: SIMPLE}}"));
        IstioResource other =
                Kube.one(IstioResource.class, destinationRule("trafficPolicy: {tls: {mode: SIMPLE}}, host: a"));

        assertThat(one.getSpecHash()).isEqualTo(other.getSpecHash());
        assertThat(one.getCanonicalSpec())
                .isEqualTo("{\"host\":\"a\",\"trafficPolicy\":{\"tls\":{\"mode\":\"SIMPLE\"}}}");
    }

    @Test
    void anEnvoyFiltersSpecIsHashedButNotShown() throws Exception {
        IstioResource filter = Kube.one(IstioResource.class, """
                apiVersion: networking.istio.io/v1alpha3
                kind: EnvoyFilter
                metadata: {name: lua, namespace: shop, generation: 3}
                spec: {configPatches: []}
                status:
                  validationMessages: [{type: {code: IST0133}, level: WARNING}]
                  conditions: [{type: Synced, status: "False"}, {type: Accepted, status: "False", reason: Invalid}]
                """);

        assertThat(filter.getCanonicalSpec()).isNull();
        assertThat(filter.getSpecHash()).hasSize(64);
        assertThat(filter.getValidationMessages()).extracting(m -> m.getCode()).containsExactly("IST0133");
        assertThat(filter.getBadConditions()).extracting(c -> c.getType()).containsExactly("Accepted");
    }

    @Test
    void aVirtualMachinesEntryShowsWhoRegisteredIt() throws Exception {
        String yaml = """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata:
                  name: db-10.0.0.9
                  namespace: shop
                  annotations:
                    istio.io/autoRegistrationGroup: db
                    istio.io/workloadController: istiod-1
                    istio.io/connectedAt: "2026-08-22T14:00:00.123456789Z"
                spec: {address: 10.0.0.9, network: vm, serviceAccount: db}
                status: {conditions: [{type: Healthy, status: "False"}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: WorkloadGroup
                metadata: {name: db, namespace: shop}
                spec: {probe: {httpGet: {port: 8080}}, template: {ports: {mysql: 3306}, serviceAccount: db}}
                """;

        WorkloadEntry entry = Kube.one(WorkloadEntry.class, yaml);
        assertThat(entry.getGroup()).isEqualTo("db");
        assertThat(entry.getHealthy()).isFalse();
        assertThat(entry.getConnectedAt()).isEqualTo("2026-08-22T14:00:00.123Z".replace("123Z", "123456789Z"));
        WorkloadGroup group = Kube.one(WorkloadGroup.class, yaml);
        assertThat(group.getProbe()).isTrue();
        assertThat(group.getPorts()).extracting(p -> p.getName() + p.getPort()).containsExactly("mysql3306");
    }

    private static String destinationRule(String spec) {
        return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: shop}\nspec: {"
                + spec + "}\n";
    }

    private static String remoteSecret(String kubeconfig) {
        return "kind: Secret\nmetadata: {name: istio-remote-secret-west, namespace: istio-system,"
                + " labels: {istio/multiCluster: \"true\"}}\ndata: {west: " + base64(kubeconfig) + "}\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
