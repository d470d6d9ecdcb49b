package io.meshdiag.collector.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.config.Manifests.Grant;
import io.meshdiag.collector.cluster.objects.IdentityFinder;
import io.meshdiag.collector.cluster.objects.IdentitySettings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.ClusterPodAccess;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.Pod;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real API server, and what it lets the manifests' service account do. */
class RightsKubeIT {
    private static final String CONTEXT =
            Optional.ofNullable(System.getenv("MESHDIAG_TEST_CONTEXT")).orElse("east");
    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);
    /** In place of istio-system; the other belongs to somebody else. */
    private static final String NAMESPACE = "meshdiag-rights-" + RUN;

    private static final String OTHER = "meshdiag-other-" + RUN;

    private static final List<HasMetadata> APPLIED = new ArrayList<>();
    private static KubernetesClient admin;
    private static KubernetesClient collector;

    @BeforeAll
    static void applyTheManifestsAndTakeATokenOfTheServiceAccount() {
        Config config = Config.fromKubeconfig(
                CONTEXT, Path.of(System.getenv("MESHDIAG_TEST_KUBECONFIG")).toFile());
        admin = new KubernetesClientBuilder().withConfig(config).build();
        for (String name : List.of(NAMESPACE, OTHER)) {
            apply(new NamespaceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .endMetadata()
                    .build());
        }
        Manifests.text("kustomization.yaml")
                .lines()
                .filter(line -> line.startsWith("- rbac/") || line.equals("- serviceaccount.yaml"))
                .map(line -> line.substring(2))
                .forEach(RightsKubeIT::applyFile);
        String token = admin.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName("meshdiag-collector")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        collector = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(config.getMasterUrl())
                        .withCaCertData(config.getCaCertData())
                        .withCaCertFile(config.getCaCertFile())
                        .withTrustCerts(config.isTrustCerts())
                        .withDisableHostnameVerification(config.isDisableHostnameVerification())
                        .withOauthToken(token)
                        .build())
                .build();
    }

    private static void applyFile(String file) {
        String yaml = Manifests.text(file)
                .replace("istio-system", NAMESPACE)
                .replaceAll("name: meshdiag-collector-(\\S+)", "name: meshdiag-collector-$1-" + RUN);
        for (HasMetadata object : Manifests.objects(yaml)) {
            // As kustomize does.
            if (!object.getKind().startsWith("Cluster")) {
                object.getMetadata().setNamespace(NAMESPACE);
            }
            apply(object);
        }
    }

    private static void apply(HasMetadata object) {
        APPLIED.add(0, object);
        admin.resource(object).serverSideApply();
    }

    @AfterAll
    static void takeAllOfItAway() {
        APPLIED.forEach(object -> admin.resource(object).delete());
        collector.close();
        admin.close();
    }

    @Test
    void everythingThatTheCodeAsksForIsAllowedExceptTheTierThatIsSwitchedOff() {
        List<Grant> refused = Manifests.rights().stream()
                .flatMap(file -> Manifests.grants(Manifests.text(file)).stream())
                .filter(grant -> !allowed(
                        grant.group(),
                        grant.resource(),
                        grant.verb(),
                        grant.namespaced() ? NAMESPACE : null,
                        grant.name()))
                .toList();

        assertThat(refused)
                .containsExactly(
                        new Grant("", "pods/exec", "get", "", false),
                        new Grant("", "pods/exec", "create", "", false),
                        new Grant("", "pods", "get", "", false));
    }

    @Test
    void findsOutWhichClusterItIs() throws Exception {
        istiod();
        apply(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("istio")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToData("mesh", "defaultConfig: {meshId: mesh-of-rights}")
                .build());

        ClusterOrigin found = new IdentityFinder(
                        collector, new IdentitySettings(null, null, List.of(NAMESPACE)), InstantSource.system())
                .find();

        assertThat(found.clusterId()).isEqualTo("cluster-of-rights");
        assertThat(found.meshId()).isEqualTo("mesh-of-rights");
        assertThat(found.clusterUid())
                .isEqualTo(admin.namespaces()
                        .withName("kube-system")
                        .get()
                        .getMetadata()
                        .getUid());
    }

    /** The pod runs nowhere: whoever may forward is told that, whoever may not is told so before. */
    @Test
    void mayForwardPortsButRunNothing() {
        Pod istiod = istiod();
        ClusterPodAccess access = new ClusterPodAccess(collector, AccessSettings.DEFAULT, InstantSource.system());

        assertThatThrownBy(() -> access.get(istiod, 15014, "/debug/syncz"))
                .isInstanceOf(PageException.class)
                .message()
                .contains("pods/portforward: the API server answered 400", "pods/exec: the API server answered 403");
    }

    private static Pod istiod() {
        HasMetadata pod = new PodBuilder()
                .withNewMetadata()
                .withName("istiod")
                .withNamespace(NAMESPACE)
                .addToLabels("app", "istiod")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("discovery")
                .withImage("istio/pilot")
                .addNewEnv()
                .withName("CLUSTER_ID")
                .withValue("cluster-of-rights")
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
        if (APPLIED.stream().noneMatch(object -> object.getKind().equals("Pod"))) {
            apply(pod);
        }
        return Pod.of(new KubernetesObject(new ObjectMapper().valueToTree(pod)));
    }

    @Test
    void listsWhatItWatches() {
        assertThat(collector.pods().inAnyNamespace().list().getItems()).isNotNull();
        assertThat(collector
                        .configMaps()
                        .inAnyNamespace()
                        .withField("metadata.name", "istio-ca-root-cert")
                        .list()
                        .getItems())
                .isNotNull();
        assertThat(collector
                        .secrets()
                        .inNamespace(NAMESPACE)
                        .withLabel("istio/multiCluster", "true")
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void secretsOfOtherNamespacesAreRefused() {
        admin.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("theirs")
                        .withNamespace(OTHER)
                        .endMetadata()
                        .withStringData(Map.of("password", "hunter2"))
                        .build())
                .serverSideApply();

        assertForbidden(() -> collector.secrets().inNamespace(OTHER).list());
        assertForbidden(
                () -> collector.secrets().inNamespace(OTHER).withName("theirs").get());
        assertForbidden(() -> collector.secrets().inAnyNamespace().list());
    }

    @Test
    void configMapsOfOtherNamespacesAreRefused() {
        assertForbidden(() -> collector.configMaps().inNamespace(OTHER).list());
    }

    @Test
    void nothingCanBeChanged() {
        assertForbidden(() -> collector
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("meshdiag-new-" + RUN)
                        .endMetadata()
                        .build())
                .create());
        assertThat(List.of("create", "update", "patch", "delete", "deletecollection"))
                .allSatisfy(verb -> assertThat(List.of("pods", "secrets", "configmaps", "services"))
                        .allSatisfy(resource -> assertThat(allowed("", resource, verb, NAMESPACE, ""))
                                .as("%s %s", verb, resource)
                                .isFalse()));
    }

    private static boolean allowed(String group, String resource, String verb, String namespace, String name) {
        int slash = resource.indexOf('/');
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withGroup(group)
                .withResource(slash < 0 ? resource : resource.substring(0, slash))
                .withSubresource(slash < 0 ? null : resource.substring(slash + 1))
                .withVerb(verb)
                .withNamespace(namespace)
                .withName(name.isEmpty() ? null : name)
                .endResourceAttributes()
                .endSpec()
                .build();
        return collector
                .authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    private static void assertForbidden(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(403));
    }
}
