package io.meshdiag.collector.cluster.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.fact.SourceState;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient
class IdentityFinderTest {
    private static final String KUBE_SYSTEM = "/api/v1/namespaces/kube-system";
    private static final String ISTIODS = "/api/v1/namespaces/istio-system/pods?labelSelector=app%3Distiod&limit=50";
    private static final String CONFIG_MAP = "/api/v1/namespaces/istio-system/configmaps/istio";

    /** Set by the extension. */
    KubernetesMockServer server;

    KubernetesClient client;

    private KubernetesClient impatient;

    @BeforeEach
    void doNotTryAgain() {
        impatient = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(client.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @AfterEach
    void close() {
        impatient.close();
    }

    @Test
    void readsUidClusterAndMesh() throws Exception {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        serve(ISTIODS, 200, istiods("default", "east"));
        serve(CONFIG_MAP, 200, meshConfig("defaultConfig: {meshId: mesh1}\\ntrustDomain: td1"));

        ClusterOrigin origin = finder(IdentitySettings.DEFAULT).find();

        assertThat(origin.clusterUid()).isEqualTo("0123456789ab");
        assertThat(origin.clusterId()).isEqualTo("east");
        assertThat(origin.clusterIdSource()).isEqualTo("istiod env CLUSTER_ID");
        assertThat(origin.meshId()).isEqualTo("mesh1");
    }

    @Test
    void withoutAMeshIdTheTrustDomainNamesTheMesh() throws Exception {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        serve(ISTIODS, 200, istiods("canary", "east"));
        serve(CONFIG_MAP + "-canary", 200, meshConfig("trustDomain: td1"));

        assertThat(finder(IdentitySettings.DEFAULT).find().meshId()).isEqualTo("td1");
    }

    @Test
    void withoutAConfigMapIstiosDefaultNamesTheMesh() throws Exception {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        serve(ISTIODS, 200, istiods("default", "east"));

        assertThat(finder(IdentitySettings.DEFAULT).find().meshId()).isEqualTo("cluster.local");
    }

    @Test
    void whatIsConfiguredIsNotAskedFor() throws Exception {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        serve(ISTIODS, 403, "{}");
        serve(CONFIG_MAP, 403, "{}");

        ClusterOrigin origin = finder(new IdentitySettings("mesh9", "hub", List.of("istio-system")))
                .find();

        assertThat(origin.meshId()).isEqualTo("mesh9");
        assertThat(origin.clusterId()).isEqualTo("hub");
        assertThat(origin.clusterIdSource()).isEqualTo("option --cluster");
    }

    @Test
    void aClusterWithoutIstiodHasNoIdYet() {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        serve(ISTIODS, 200, "{\"items\": []}");

        unknown(SourceState.MISSING, "no pod with label app=istiod in istio-system");
    }

    @Test
    void aRefusalSaysWhatToGrant() {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        serve(ISTIODS, 403, "{}");

        unknown(SourceState.FORBIDDEN, "may not list pods in the namespace istio-system: grant it");
    }

    @Test
    void credentialsThatAreNotAcceptedAreTold() {
        serve(KUBE_SYSTEM, 401, "{}");

        unknown(SourceState.FORBIDDEN, "renew its token or kubeconfig");
    }

    @Test
    void aServerThatAnswersWithItsOwnTroubleIsUnreachable() {
        serve(KUBE_SYSTEM, 503, "{\"message\": \"secret-text\"}");

        unknown(SourceState.UNREACHABLE, "answers 503 to \"get the namespace kube-system\"");
    }

    @Test
    void anIdentityThatChangedIsNoticed() throws Exception {
        serve(KUBE_SYSTEM, 200, "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
        server.expect()
                .get()
                .withPath(ISTIODS)
                .andReturn(200, istiods("default", "east"))
                .times(2);
        serve(CONFIG_MAP, 200, meshConfig("trustDomain: td1"));
        IdentityFinder finder = finder(IdentitySettings.DEFAULT);
        ClusterOrigin before = finder.find();
        assertThat(finder.changed(before)).isEmpty();

        serve(ISTIODS, 200, istiods("default", "west"));

        assertThat(finder.changed(before)).map(ClusterOrigin::clusterId).contains("west");
    }

    private void unknown(SourceState state, String message) {
        assertThatThrownBy(() -> finder(IdentitySettings.DEFAULT).find())
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret-text")
                .asInstanceOf(type(UnknownIdentityException.class))
                .returns(state, UnknownIdentityException::state);
    }

    private IdentityFinder finder(IdentitySettings settings) {
        return new IdentityFinder(impatient, settings, InstantSource.system());
    }

    private void serve(String path, int code, String body) {
        server.expect().get().withPath(path).andReturn(code, body).always();
    }

    private static String istiods(String revision, String clusterId) {
        return """
                {"items": [{"metadata": {"name": "istiod-1", "namespace": "istio-system",
                  "labels": {"app": "istiod", "istio.io/rev": "%s"}},
                  "spec": {"containers": [{"name": "discovery", "env": [{"name": "CLUSTER_ID", "value": "%s"}]}]},
                  "status": {"phase": "Running"}}]}
                """.formatted(revision, clusterId);
    }

    private static String meshConfig(String mesh) {
        return "{\"data\": {\"mesh\": \"" + mesh + "\"}}";
    }
}
