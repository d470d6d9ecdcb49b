package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.Workload;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Istio's own sample files, where the folder {@code shared} stands beside the checkout. */
class KubernetesSamplesTest {
    private static final Path SAMPLES = Path.of("../../shared/samples/istio");

    @BeforeEach
    void onlyWithSamples() {
        assumeTrue(Files.isDirectory(SAMPLES), "no samples beside the checkout");
    }

    @ParameterizedTest
    @CsvSource({
        "mutating-default-injector-1.14.yaml, istio-sidecar-injector, 4, EMPTY, Fail",
        "mutating-revision-1-16.yaml, istio-sidecar-injector-1-16, 2, EMPTY, Fail",
        "mutating-revision-1-10-0-from-install.yaml, istio-sidecar-injector-1-10-0, 2, EMPTY, Fail",
        "mutating-revision-tag-default.yaml, istio-revision-tag-default, 4, EMPTY, Fail",
        "validating-default-validator-install.yaml, istiod-default-validator, 1, EMPTY, Ignore",
        "validating-istiod-cabundle-set.yaml, istio-validator-istio-system, 1, INVALID, Fail",
        "validating-istiod-install-failopen.yaml, istio-validator-istio-system, 1, EMPTY, Ignore",
        "validating-istiod-upgrade-no-policy.yaml, istio-validator-istio-system, 1, EMPTY, Fail",
    })
    void webhookConfigurations(String file, String name, int entries, CaBundleState state, String policy)
            throws Exception {
        WebhookConfig config = sample("webhooks/" + file, WebhookConfig.class).stream()
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .orElseThrow();

        assertThat(config.getEntries()).hasSize(entries).allSatisfy(e -> {
            assertThat(e.getCaBundleState()).isEqualTo(state);
            assertThat(e.getFailurePolicy()).isEqualTo(policy);
        });
    }

    @Test
    void aTagNamesItsRevision() throws Exception {
        WebhookConfig tag = sample("webhooks/mutating-revision-tag-default.yaml", WebhookConfig.class)
                .get(0);

        assertThat(tag.getTag()).isEqualTo("default");
        assertThat(tag.getRevision()).isEqualTo("test-dev2");
    }

    @Test
    void webhooksOfAnExternalControlPlaneHaveAUrl() throws Exception {
        List<WebhookConfig> configs = sample("webhooks/external-control-plane-url-webhooks.yaml", WebhookConfig.class);

        assertThat(configs).hasSize(3).allSatisfy(c -> assertThat(c.getEntries())
                .allSatisfy(e -> assertThat(e.getUrlHost()).isNotNull()));
        assertThat(configs).anySatisfy(c -> assertThat(c.getEntries().get(0).getPath())
                .isEqualTo("/inject/cluster/your-cluster-name/net/network1"));
    }

    @Test
    void anInjectedPodHasItsProxy() throws Exception {
        Workload pod = sample("injected-pods/pod-injected-classic-sidecar.yaml", Workload.class)
                .get(0);

        assertThat(pod.getHasProxy()).isTrue();
        assertThat(pod.getRevision()).isEqualTo("default");
    }

    @Test
    void aRemoteSecretWithStringDataIsUnderstoodWithoutItsToken() throws Exception {
        RemoteSecret secret = sample("multicluster/remote-secret-and-meshnetworks-context.yaml", RemoteSecret.class)
                .get(0);

        assertThat(secret.getClusterKey()).isEqualTo("istio-remote");
        assertThat(secret.getServerHost()).isEqualTo("1.2.3.4");
        assertThat(secret.getCredentialKind()).isEqualTo(CredentialKind.TOKEN);
    }

    @Test
    void inconsistentServicesDifferInTheirSpecHash() throws Exception {
        Map<String, String> first = specHashes("multicluster/inconsistent-service-cluster1.yaml");
        Map<String, String> second = specHashes("multicluster/inconsistent-service-cluster2.yaml");

        assertThat(first.keySet()).hasSize(6).isEqualTo(second.keySet());
        assertThat(first.keySet().stream().filter(s -> first.get(s).equals(second.get(s))))
                .containsExactly("my-service");
    }

    @Test
    void negativeConditionsAreToldOfEveryIstioResource() throws Exception {
        List<IstioResource> resources = sample("resource-status/negative-conditions.yaml", IstioResource.class);

        assertThat(resources).filteredOn(r -> !r.getBadConditions().isEmpty()).hasSize(6);
    }

    private static Map<String, String> specHashes(String file) throws Exception {
        return sample(file, ServiceEndpoints.class).stream()
                .collect(Collectors.toMap(
                        ServiceEndpoints::getName, ServiceEndpoints::getSpecHash, (a, b) -> b, TreeMap::new));
    }

    private static <T> List<T> sample(String file, Class<T> kind) throws Exception {
        try (InputStream in = Files.newInputStream(SAMPLES.resolve(file))) {
            return TestPages.only(kind, Kube.facts(in));
        }
    }
}
