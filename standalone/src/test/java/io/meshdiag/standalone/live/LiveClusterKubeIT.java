package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.ClusterCollector;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.rules.IncidentTimes;
import io.meshdiag.processor.rules.RuleSetting;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.schema.Topics;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.pipeline.LivePipeline;
import io.meshdiag.standalone.pipeline.Seen;
import io.meshdiag.standalone.service.CollectorService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The promise of live collection, on real API servers: what breaks becomes an incident, what is repaired is resolved, and no secret gets out. */
@Timeout(900)
class LiveClusterKubeIT {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMinutes(1);
    /** Symptoms wait for their cause, and the first look takes a while. */
    private static final Duration HELD = Duration.ofMinutes(6);

    private static final String NAMESPACE = "meshdiag-story";
    /** Of one control plane: the injector, and two that validate. */
    private static final int WEBHOOKS = 3;

    @Test
    void whatBreaksIsFoundWithItsCauseAndWhatIsRepairedIsResolved() throws Exception {
        Scenario broken = TwoClusters.scenario("two-clusters.yaml");
        try (TwoClusters clusters = TwoClusters.serve(broken.with(List.of()));
                LivePipeline pipeline = LivePipeline.start(hasty(broken));
                LogOutput log = new LogOutput();
                Running collector = Running.start(pipeline)) {
            KubernetesClient west = clusters.admin("west");
            Canaries canaries = Canaries.of(clusters, "east", "west");
            try {
                // Given
                await("both clusters seen as a whole").atMost(SOON).untilAsserted(() -> assertThat(
                                pipeline.latest(Topics.HEARTBEATS, Heartbeat.class)
                                        .values())
                        .extracting(Heartbeat::getHeader)
                        .extracting("clusterId")
                        .containsExactlyInAnyOrder("east", "west"));

                assertThat(findings(pipeline)).isEmpty();

                // When
                clusters.fleet().with(broken.faults());
                answering(west, false);
                deployInjected(west);

                // Then
                List<Seen> expected = new ArrayList<>(
                        broken.expected().stream().map(Seen::promised).toList());
                expected.addAll(Collections.nCopies(WEBHOOKS, new Seen("HKS-02", List.of("west"), "", Map.of())));
                await("all incidents with their symptoms")
                        .atMost(HELD)
                        .pollInterval(SECOND)
                        .untilAsserted(() -> {
                            assertThat(collector.failure()).isEmpty();
                            assertThat(Seen.in(findings(pipeline))).containsExactlyInAnyOrderElementsOf(expected);
                        });
                assertThat(pipeline.latest(Topics.WEBHOOK_ERRORS, WebhookError.class)
                                .values())
                        .as("what Kubernetes itself said of a Deployment that nobody simulated")
                        .filteredOn(error -> error.getObjectNamespace().equals(NAMESPACE))
                        .isNotEmpty()
                        .allSatisfy(
                                error -> assertThat(error.getErrorClass()).isEqualTo(WebhookErrorClass.NO_ENDPOINTS));

                // When
                clusters.fleet().with(List.of());
                answering(west, true);
                removeInjected(west);

                // Then
                await("all of them resolved").atMost(HELD).pollInterval(SECOND).untilAsserted(() -> {
                    assertThat(collector.failure()).isEmpty();
                    assertThat(findings(pipeline))
                            .filteredOn(finding -> finding.getState() != DetectionState.RESOLVED)
                            .extracting(Finding::getTitle, Finding::getState)
                            .isEmpty();
                });
                assertThat(canaries.count()).as("lines of keys, tokens").isGreaterThan(20);
                assertThat(canaries.onTopics(pipeline.bootstrapServers())).isEmpty();
                assertThat(canaries.in(log.text())).isZero();
                assertThat(log.text()).contains("collects from a cluster");
            } finally {
                removeInjected(west);
            }
        }
    }

    /** The rules of this story hold what they see for seconds in place of minutes, and causes are waited for less long: both have tests of their own. */
    private static RuleSettings hasty(Scenario story) {
        var atOnce = new RuleSetting(
                true,
                Optional.empty(),
                Optional.of(Duration.ofSeconds(5)),
                Optional.of(Duration.ofSeconds(10)),
                Optional.empty());
        Stream<String> promised = story.expected().stream()
                .map(Seen::promised)
                .flatMap(root -> Stream.concat(Stream.of(root.rule()), root.symptoms().keySet().stream()));
        return new RuleSettings(
                Stream.concat(promised, Stream.of("HKS-02"))
                        .distinct()
                        .collect(Collectors.toMap(rule -> rule, rule -> atOnce)),
                List.of(),
                new IncidentTimes(Duration.ofSeconds(30), IncidentTimes.DEFAULT.grace()));
    }

    /** Without RMT-07: it rightly says that remote secrets lead to loopback, where the API servers of this test are. */
    private static List<Finding> findings(LivePipeline pipeline) {
        return pipeline.findings().stream()
                .filter(finding -> !finding.getRule().getId().equals("RMT-07"))
                .toList();
    }

    /** istiod of this cluster, as endpoint of its Service: whether anybody answers the webhooks. */
    private static void answering(KubernetesClient client, boolean ready) {
        for (EndpointSlice slice : client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace("istio-system")
                .withLabel("kubernetes.io/service-name", "istiod")
                .list()
                .getItems()) {
            client.resource(slice).edit(now -> {
                now.getEndpoints().forEach(endpoint -> endpoint.setConditions(conditions(ready)));
                return now;
            });
        }
    }

    private static EndpointConditions conditions(boolean ready) {
        EndpointConditions conditions = new EndpointConditions();
        conditions.setReady(ready);
        return conditions;
    }

    /** Nobody's simulation: the ReplicaSet controller fails at the injection webhook, and says so in an event. */
    private static void deployInjected(KubernetesClient client) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .addToLabels("istio-injection", "enabled")
                        .endMetadata()
                        .build())
                .serverSideApply();
        client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("web")
                        .withImage("web:1")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    private static void removeInjected(KubernetesClient client) {
        client.namespaces().withName(NAMESPACE).delete();
    }

    /** The collector as a service, as {@code meshdiag collect cluster --context east --context west} runs it. */
    private record Running(CollectorService service, CompletableFuture<Void> end) implements AutoCloseable {
        static Running start(LivePipeline pipeline) {
            CollectorService service = new CollectorService(
                    TwoClusters.targets("east", "west"),
                    ClusterCollector::new,
                    TwoClusters.hasty(pipeline.settings()),
                    Optional.empty());
            CompletableFuture<Void> end = new CompletableFuture<>();
            Thread thread = new Thread(() -> run(service, end), "collector");
            thread.start();
            return new Running(service, end);
        }

        private static void run(CollectorService service, CompletableFuture<Void> end) {
            try {
                service.run(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                end.complete(null);
            } catch (Exception e) {
                end.completeExceptionally(e);
            }
        }

        /** Why it ended, if it did. */
        Optional<String> failure() {
            return end.isDone()
                    ? Optional.of(end.handle((ok, e) -> "ended: " + e).join())
                    : Optional.empty();
        }

        @Override
        public void close() {
            service.stop();
            end.join();
        }
    }
}
