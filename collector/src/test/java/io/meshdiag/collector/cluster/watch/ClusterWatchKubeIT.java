package io.meshdiag.collector.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshdiag.collector.cluster.Clients;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against a real API server: context MESHDIAG_TEST_CONTEXT (default "east") of the kubeconfig MESHDIAG_TEST_KUBECONFIG, as a user who may do
 * everything.
 */
class ClusterWatchKubeIT {
    private static final Path KUBECONFIG = Path.of(System.getenv("MESHDIAG_TEST_KUBECONFIG"));
    private static final String CONTEXT = System.getenv().getOrDefault("MESHDIAG_TEST_CONTEXT", "east");

    /** As in production, but a grant is noticed after two seconds. */
    private static final WatchSettings SETTINGS = new WatchSettings(
            List.of("istio-system"),
            false,
            Set.of(),
            250,
            Duration.ofSeconds(2),
            Duration.ofMinutes(4),
            Duration.ofMinutes(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(2));

    private final String unique = Long.toString(System.nanoTime(), 36);
    private final String namespace = "watch-it-" + unique;
    private final SeenObjects seen = new SeenObjects();
    private final SourceBoard board = new SourceBoard();
    private final AtomicReference<String> version = new AtomicReference<>();
    private final KubernetesClient admin = new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(CONTEXT, KUBECONFIG.toFile()))
            .build();

    @BeforeEach
    void makeNamespace() {
        admin.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void removeAll() {
        admin.rbac().clusterRoleBindings().withName(namespace).delete();
        admin.rbac().clusterRoles().withName(namespace).delete();
        admin.namespaces().withName(namespace).delete();
        admin.close();
    }

    private ClusterWatch watch(KubernetesClient client, WatchSettings settings) {
        return new ClusterWatch(
                        client,
                        CONTEXT,
                        settings,
                        seen,
                        version::set,
                        board,
                        InstantSource.system(),
                        new SimpleMeterRegistry())
                .start();
    }

    @Test
    void tellsWhatIsThereWhatChangesAndWhatGoes() throws Exception {
        service("before", 80);
        try (KubernetesClient client = Clients.ofContext(KUBECONFIG, CONTEXT, "test");
                ClusterWatch watch = watch(client, SETTINGS)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.objects).containsKeys("services/" + namespace + "/before", "namespaces//" + namespace);
            assertThat(version.get()).startsWith("v");

            service("after", 80);
            seen.awaitObject("services/" + namespace + "/after", s -> assertThat(s.kind() + s.group())
                    .isEqualTo("Service"));
            admin.services().inNamespace(namespace).withName("after").edit(s -> new ServiceBuilder(s)
                    .editSpec()
                    .editFirstPort()
                    .withPort(8080)
                    .endPort()
                    .endSpec()
                    .build());
            seen.awaitObject(
                    "services/" + namespace + "/after",
                    s -> assertThat(s.spec().at("/ports/0/port").asInt()).isEqualTo(8080));
            admin.services().inNamespace(namespace).withName("after").delete();
            seen.awaitGone("services/" + namespace + "/after");
            assertThat(board.coverage())
                    .filteredOn(c -> c.getSource().startsWith("kubernetes/"))
                    .extracting(SourceCoverage::getState)
                    .containsOnly(SourceState.OK);
        }
    }

    @Test
    void tellsEventsAgainWhenTheirCountRises() throws Exception {
        Event event = admin.v1()
                .events()
                .inNamespace(namespace)
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withName("web.17")
                        .endMetadata()
                        .withReason("FailedCreate")
                        .withMessage(
                                "Error creating: Internal error occurred: failed calling webhook \"x.istio.io\": EOF")
                        .withCount(1)
                        .withNewInvolvedObject()
                        .withKind("ReplicaSet")
                        .withNamespace(namespace)
                        .withName("web")
                        .endInvolvedObject()
                        .build())
                .create();
        try (KubernetesClient client = Clients.ofContext(KUBECONFIG, CONTEXT, "test");
                ClusterWatch watch = watch(client, SETTINGS)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            admin.v1()
                    .events()
                    .resource(new EventBuilder(event).withCount(17).build())
                    .update();
            seen.awaitObject(
                    "events/" + namespace + "/web.17",
                    e -> assertThat(e.json().path("count").asInt()).isEqualTo(17));
        }
    }

    @Test
    void asksForNoOtherSecretsAndConfigMapsThanItNeeds() throws Exception {
        admin.secrets()
                .inNamespace(namespace)
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("database")
                        .endMetadata()
                        .withStringData(Map.of("password", "hunter2"))
                        .build())
                .create();
        admin.secrets()
                .inNamespace(namespace)
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("istio-remote-secret-west")
                        .addToLabels("istio/multiCluster", "true")
                        .endMetadata()
                        .withStringData(Map.of("west", "{}"))
                        .build())
                .create();
        for (String name : List.of("app-settings", "istio-ca-root-cert")) {
            admin.configMaps()
                    .inNamespace("default")
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .serverSideApply();
        }
        try (KubernetesClient client = Clients.ofContext(KUBECONFIG, CONTEXT, "test");
                ClusterWatch watch = watch(client, SETTINGS.withIstioNamespaces(List.of(namespace)))) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.objects.keySet())
                    .contains(
                            "secrets/" + namespace + "/istio-remote-secret-west",
                            "configmaps/default/istio-ca-root-cert")
                    .doesNotContain("secrets/" + namespace + "/database", "configmaps/default/app-settings");
        } finally {
            admin.configMaps().inNamespace("default").withName("app-settings").delete();
            admin.configMaps()
                    .inNamespace("default")
                    .withName("istio-ca-root-cert")
                    .delete();
        }
    }

    @Test
    void doesWithoutWhatItMayNotReadAndReadsItOnceItMay() throws Exception {
        service("web", 80);
        KubernetesClient restricted = restricted(rules(need -> !need.resource().equals("services")));
        try (restricted;
                ClusterWatch watch = watch(restricted, SETTINGS)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isFalse();
            assertThat(seen.objects).containsKey("namespaces//" + namespace);
            assertThat(coverage("kubernetes/resources")).satisfies(c -> {
                assertThat(c.getState()).isEqualTo(SourceState.PARTIAL);
                assertThat(c.getDetail())
                        .contains("services: may not list services: grant verbs list and watch", "ClusterRole");
            });

            admin.rbac().clusterRoles().resource(role(rules(need -> true))).update();
            seen.awaitObject("services/" + namespace + "/web", s -> {});
            await().atMost(SeenObjects.PATIENCE).untilAsserted(() -> assertThat(
                            coverage("kubernetes/resources").getState())
                    .isEqualTo(SourceState.OK));
        }
    }

    @Test
    void hasEveryKindWithNoMoreThanTheAccessThatItSaysItNeeds() throws Exception {
        try (KubernetesClient restricted = restricted(rules(need -> true));
                ClusterWatch watch = watch(restricted, SETTINGS)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
        }
    }

    private SourceCoverage coverage(String source) {
        return board.coverage().stream()
                .filter(c -> c.getSource().equals(source))
                .findFirst()
                .orElseThrow();
    }

    private void service(String name, int port) {
        admin.services()
                .inNamespace(namespace)
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withName("http")
                        .withPort(port)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private static List<PolicyRule> rules(Predicate<AccessNeed> granted) {
        List<PolicyRule> rules = new ArrayList<>();
        AccessNeeds.of(SETTINGS).stream()
                .filter(granted)
                .map(need -> new PolicyRuleBuilder()
                        .withApiGroups(need.apiGroup())
                        .withResources(need.resource())
                        .withVerbs(need.verbs())
                        .withResourceNames(need.resourceNames())
                        .build())
                .forEach(rules::add);
        return rules;
    }

    private ClusterRole role(List<PolicyRule> rules) {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .withRules(rules)
                .build();
    }

    /** A client of a ServiceAccount that has these rules only. */
    private KubernetesClient restricted(List<PolicyRule> rules) {
        admin.serviceAccounts()
                .inNamespace(namespace)
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("collector")
                        .endMetadata()
                        .build())
                .create();
        admin.rbac().clusterRoles().resource(role(rules)).create();
        admin.rbac()
                .clusterRoleBindings()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", namespace)
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName("collector")
                        .withNamespace(namespace)
                        .endSubject()
                        .build())
                .create();
        String token = admin.serviceAccounts()
                .inNamespace(namespace)
                .withName("collector")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        Config bare = new ConfigBuilder(Config.empty())
                .withMasterUrl(admin.getMasterUrl().toString())
                .withTrustCerts(true)
                .withCaCertData(admin.getConfiguration().getCaCertData())
                .withOauthToken(token)
                .build();
        KubernetesClient client = Clients.of(bare, "test");
        // A role counts some time after it was bound: until then everything is refused.
        await().atMost(SeenObjects.PATIENCE)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> client.namespaces().list() != null);
        return client;
    }
}
