package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.meshdiag.collector.cluster.ClusterCollector;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.Workload;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A collector with the ServiceAccount and the ClusterRoles of the manifests, less one rule. */
@Timeout(180)
class PartOfTheRightsKubeIT {
    private static final Path RIGHTS = Path.of("../deploy/cluster");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final String WITHHELD = "endpointslices";

    @Test
    void whatIsDeniedIsSaidAndSeenAsSoonAsItIsGranted() throws Exception {
        List<HasMetadata> applied = new ArrayList<>();
        try (TwoClusters clusters =
                TwoClusters.serve(TwoClusters.scenario("two-clusters.yaml").with(List.of()))) {
            KubernetesClient admin = clusters.admin("east");
            try {
                for (HasMetadata object : manifests()) {
                    applied.add(object);
                    admin.resource(without(object)).serverSideApply();
                }
                RememberedFacts readers = new RememberedFacts();
                try (ContextCollector collector = new ClusterCollector(
                        new ClusterTarget("east", serviceAccount(admin)),
                        ContextCollector.Shared.printing(
                                TwoClusters.hasty(Map.of()), readers, new SimpleMeterRegistry()))) {
                    // When
                    collector.start();

                    // Then
                    await("a heartbeat that says so").atMost(PATIENCE).untilAsserted(() -> {
                        Sight sight = Sight.of(readers.facts().values(), "kubernetes/resources");
                        assertThat(sight.state()).isEqualTo(SourceState.PARTIAL);
                        assertThat(sight.detail()).contains(WITHHELD);
                    });
                    assertThat(readers.facts().values())
                            .hasAtLeastOneElementOfType(Workload.class)
                            .doesNotHaveAnyElementsOfTypes(ServiceEndpoints.class);

                    // When
                    for (HasMetadata object : applied) {
                        admin.resource(object).forceConflicts().serverSideApply();
                    }

                    // Then
                    await("sight").atMost(PATIENCE).untilAsserted(() -> {
                        assertThat(Sight.of(readers.facts().values(), "kubernetes/resources")
                                        .state())
                                .isEqualTo(SourceState.OK);
                        assertThat(readers.facts().values()).hasAtLeastOneElementOfType(ServiceEndpoints.class);
                    });
                    assertThat(readers.tombstones()).isEmpty();
                }
            } finally {
                applied.forEach(object -> admin.resource(object).delete());
            }
        }
    }

    private static List<HasMetadata> manifests() throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(RIGHTS.resolve("serviceaccount.yaml")));
        try (Stream<Path> rights = Files.list(RIGHTS.resolve("rbac"))) {
            rights.filter(file -> !file.endsWith("exec.yaml")).sorted().forEach(files::add);
        }
        for (Path file : files) {
            Arrays.stream(Files.readString(file).split("(?m)^---\\n"))
                    .map(document -> YAML.<HasMetadata>unmarshal(document))
                    .forEach(objects::add);
        }
        // As kustomize does.
        objects.stream()
                .filter(object -> !object.getKind().startsWith("Cluster"))
                .forEach(object -> object.getMetadata().setNamespace("istio-system"));
        return objects;
    }

    private static HasMetadata without(HasMetadata object) {
        if (object instanceof ClusterRole role) {
            ClusterRole less = YAML.clone(role);
            less.getRules().removeIf(rule -> rule.getResources().contains(WITHHELD));
            return less;
        }
        return object;
    }

    private static Config serviceAccount(KubernetesClient admin) {
        Config own = admin.getConfiguration();
        String token = admin.serviceAccounts()
                .inNamespace("istio-system")
                .withName("meshdiag-collector")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(own.getMasterUrl())
                .withCaCertData(own.getCaCertData())
                .withCaCertFile(own.getCaCertFile())
                .withTrustCerts(own.isTrustCerts())
                .withDisableHostnameVerification(own.isDisableHostnameVerification())
                .withOauthToken(token)
                .build();
    }
}
