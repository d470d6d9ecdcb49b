package io.meshdiag.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshdiag.simulator.scenario.ScenarioException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioTest {
    @TempDir
    Path folder;

    @Test
    void tellsAllMistakesOfAFileAtOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yaml"), """
                name: broken
                time: yesterday
                clusters:
                  - {id: a, nodes: 0}
                  - {id: a, regoin: eu}
                services:
                  - {namespace: shop, name: cart, clusters: [nowhere]}
                faults:
                  - {type: meteorite}
                  - {type: own-root, cluster: c}
                  - {type: envoyfilter-rejected, cluster: a, namespace: empty, name: x, share: 2}
                  - {type: ca-bundle-overwritten, cluster: a, webhook: other}
                expected:
                  - {rule: trust}
                """);
        // When
        ScenarioException mistakes = catchThrowableOfType(ScenarioException.class, () -> Scenario.load(file));
        // Then
        assertThat(mistakes.problems())
                .allSatisfy(line -> assertThat(line).startsWith(file + ": "))
                .map(line -> line.substring(file.toString().length() + 2))
                .contains(
                        "mesh: is missing",
                        "time: must be a time such as 2026-11-20T09:30:00Z, not 'yesterday'",
                        "clusters[0].nodes: must be a whole number from 1 to 240, not 0",
                        "clusters: name 'a' twice",
                        "services[0].clusters: no cluster 'nowhere' in this scenario",
                        "faults[1]: no cluster 'c' in this scenario",
                        "faults[2].share: must be a number above 0 and up to 1, not 2",
                        "faults[2]: no sidecar in namespace 'empty' of a",
                        "expected[0].rule: must be a rule's code such as TRU-02, not 'trust'")
                .anySatisfy(line -> assertThat(line).startsWith("clusters[1].regoin: is not a field here; known are"))
                .anySatisfy(line -> assertThat(line).startsWith("faults[0].type: no fault 'meteorite'; there are"))
                .anySatisfy(line -> assertThat(line).startsWith("faults[3]: no webhook 'other' in a; there are"));
    }

    @Test
    void saysThatAFileIsNoYaml() throws IOException {
        Path file = Files.writeString(folder.resolve("no.yaml"), "clusters: [");
        // Then
        assertThatThrownBy(() -> Scenario.load(file)).hasMessageContaining("no.yaml: is not YAML");
    }

    @Test
    void listsTheBundledScenariosWhenAskedForAnother() {
        assertThatThrownBy(() -> Scenario.bundled("perfect")).hasMessageContaining("demo");
    }

    @Test
    void everyBundledScenarioLoadsUnderItsOwnName() {
        assertThat(Scenario.bundledNames())
                .allSatisfy(name -> assertThat(Scenario.bundled(name).name()).isEqualTo(name));
    }

    @Test
    void statesTheIncidentsThatItMustLeadTo() {
        List<Expected> expected = Scenario.bundled("remote-secret-missing").expected();
        // Then
        assertThat(expected)
                .containsExactly(new Expected(
                        "RMT-01", List.of("eu-central-1", "us-east-1"), "", Map.of("EPT-12", 1), Map.of()));
        assertThat(Scenario.bundled("healthy-5").expected()).isEmpty();
    }

    @Test
    void generatesAlikeServicesInAllClusters() throws IOException {
        Path file = Files.writeString(folder.resolve("many.yaml"), """
                name: many
                mesh: m
                clusters: [{id: a}, {id: b}]
                generate: {count: 30, namespaces: 3, replicas: 4}
                """);
        // When
        Scenario scenario = Scenario.load(file);
        // Then
        assertThat(scenario.services()).hasSize(30).allSatisfy(service -> {
            assertThat(service.replicas()).isEqualTo(4);
            assertThat(service.isIn("b")).isTrue();
        });
    }

    @Test
    void makesBenchmarkFleetsOfTheWantedSize() {
        Scenario scenario = BenchmarkScenario.of(20, 200, 1_000);
        // Then
        assertThat(scenario.clusters()).hasSize(20);
        assertThat(scenario.services()).hasSize(200);
        assertThat(scenario.services().stream()
                        .mapToInt(service -> service.replicas())
                        .sum())
                .isEqualTo(1_000);
    }
}
