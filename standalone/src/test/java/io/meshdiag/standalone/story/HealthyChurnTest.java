package io.meshdiag.standalone.story;

import static io.meshdiag.standalone.story.Churn.apps;
import static io.meshdiag.standalone.story.Churn.inMesh;
import static io.meshdiag.standalone.story.Churn.istiodAway;
import static io.meshdiag.standalone.story.Churn.nodeReplaced;
import static io.meshdiag.standalone.story.Churn.restarted;
import static io.meshdiag.standalone.story.Churn.scaled;
import static io.meshdiag.standalone.story.Churn.surging;
import static io.meshdiag.standalone.story.Churn.unlinked;
import static io.meshdiag.standalone.story.Churn.upgraded;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large fleet in which a lot happens and nothing is wrong: nobody is to be told of anything, at any time. */
class HealthyChurnTest {
    @TempDir
    private Path folder;

    private final Scenario large = scenario("large");
    /** The steps of a correct root rotation, each the state of the whole fleet. */
    private final List<Fault> rotation = large.faults();

    private FleetOverTime fleet;

    @BeforeEach
    void healthy() throws Exception {
        fleet = new FleetOverTime(large.with(List.of()), folder).shows().minutes(3);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void rollingRestartsAndScaling() throws Exception {
        fleet.shows(surging("eu-1", 1, apps()), surging("us-2", 1, apps()))
                .pass(Duration.ofSeconds(40))
                .shows(restarted("eu-1", 1, apps()), restarted("us-2", 1, apps()), surging("ap-1", 2, inMesh()))
                .minutes(2)
                .shows(restarted("ap-1", 2, inMesh()), istiodAway("eu-3"), istiodAway("sa-1"))
                .pass(Duration.ofSeconds(40))
                .shows(
                        restarted("ap-1", 2, inMesh()),
                        scaled("us-1", "team-1", 0),
                        scaled("eu-2", "team-2", 5),
                        nodeReplaced("af-1", 0))
                .minutes(4)
                .shows(scaled("us-1", "team-1", 2), scaled("eu-2", "team-2", 1))
                .minutes(4);

        assertThat(fleet.everOpen()).isEmpty();
    }

    @Test
    void anUpgradeInWaves() throws Exception {
        fleet.shows(upgraded("1.28.3", "eu-1"), restarted("eu-1", 3, inMesh()))
                .minutes(3)
                .shows(
                        upgraded("1.28.3", "eu-1", "eu-2", "us-1", "us-2"),
                        restarted("eu-1", 3, inMesh()),
                        restarted("eu-2", 3, inMesh()),
                        restarted("us-1", 3, inMesh()),
                        surging("us-2", 3, inMesh()))
                .minutes(3)
                .shows(upgraded("1.28.3", names()))
                .minutes(3);

        assertThat(fleet.everOpen()).isEmpty();
    }

    @Test
    void aCorrectRootRotationIsInformationAtMost() throws Exception {
        for (Fault step : rotation) {
            fleet.shows(step).minutes(4);

            assertThat(fleet.open()).allMatch(finding -> finding.getSeverity() == Severity.INFO);
        }

        assertThat(fleet.open()).as("after the last step").isEmpty();
        assertThat(fleet.everOpen())
                .contains("TRU-03 A root rotation is complete: the old root can be dropped,"
                        + " no certificate seen descends from it")
                .allMatch(told -> told.startsWith("TRU-03 A root rotation is "));
    }

    @Test
    void aClusterJoinsAndAnotherLeaves() throws Exception {
        FleetOverTime joined = fleet.shows(scenario("large-and-new")).minutes(4);
        joined.shows(unlinked("af-1"))
                .pass(Duration.ofSeconds(40))
                .removes("af-1")
                .shows(unlinked("af-1"))
                .minutes(5);

        assertThat(fleet.everOpen()).isEmpty();
    }

    private String[] names() {
        return large.clusters().stream().map(cluster -> cluster.id()).toArray(String[]::new);
    }

    private static Scenario scenario(String name) {
        try {
            return Scenario.load(
                    Path.of(Objects.requireNonNull(HealthyChurnTest.class.getResource("/scenarios/" + name + ".yaml"))
                            .toURI()));
        } catch (java.io.IOException | java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
