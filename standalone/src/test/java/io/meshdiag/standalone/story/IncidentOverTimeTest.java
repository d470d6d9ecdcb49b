package io.meshdiag.standalone.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents while time goes on: who is not heard for a while, what is repaired, and what stays. */
class IncidentOverTimeTest {
    /** Remote secrets tell when their tokens end, so that an expired one is known as long as the secret is there. */
    private static final Scenario FLEET =
            Scenario.bundled("remote-credential-expired").with(List.of());

    private static final Fault EXPIRED = fault("remote-credential-expired");
    private static final Fault NO_SECRET = fault("remote-secret-missing");

    @TempDir
    private Path folder;

    private FleetOverTime fleet;

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void aCollectorThatFallsSilentInTheMiddleNeitherResolvesNorMultipliesTheIncident() throws Exception {
        // Given
        fleet = healthy().shows(EXPIRED).minutes(4);
        Finding root = root("RMT-02");
        Set<String> ids = ids(fleet.open());
        assertThat(root.getExplains().getCount()).isEqualTo(4);

        // When: nobody sees the cluster that the incident is about
        fleet.silences("us-east-1").shows(EXPIRED).minutes(8);

        // Then
        assertThat(fleet.open())
                .filteredOn(finding -> finding.getRule().getId().equals("EPT-12"))
                .hasSize(4)
                .allMatch(finding -> finding.getState() == DetectionState.UNKNOWN)
                .allMatch(finding -> finding.getIncidentId().equals(root.getIncidentId()));
        assertThat(fleet.open())
                .filteredOn(finding -> !ids.contains(finding.getId()))
                .extracting(finding -> finding.getRule().getId())
                .containsExactly("OBS-01");

        // When
        fleet.hears("us-east-1").shows(EXPIRED).minutes(2);

        // Then
        assertThat(ids(fleet.open())).isEqualTo(ids);
        assertThat(fleet.open()).allSatisfy(finding -> {
            assertThat(finding.getState()).isEqualTo(DetectionState.ACTIVE);
            assertThat(finding.getEpisode()).isEqualTo(1);
            assertThat(finding.getIncidentId()).isEqualTo(root.getIncidentId());
        });
    }

    @Test
    void aRemoteSecretThatWasDeletedAndRestoredIsOneIncidentThatEnds() throws Exception {
        // Given
        fleet = healthy().shows(NO_SECRET).minutes(4);
        String incident = root("RMT-01").getIncidentId();
        assertThat(fleet.open()).extracting(Finding::getIncidentId).hasSize(2).containsOnly(incident);

        // When
        fleet.shows().minutes(4);

        // Then
        assertThat(fleet.open()).isEmpty();
        assertThat(fleet.topology().transitions())
                .as("the symptom was never an incident of its own")
                .extracting(Finding::getIncidentId)
                .containsOnly(incident);

        // When
        fleet.shows(NO_SECRET).minutes(4);

        // Then
        assertThat(root("RMT-01").getEpisode()).isEqualTo(2);
        assertThat(fleet.open()).hasSize(2);
    }

    @Test
    void whatIsStillTrueAfterItsCauseWasRepairedStandsAloneInTheEnd() throws Exception {
        // Given
        fleet = healthy().shows(EXPIRED).minutes(4);
        String incident = root("RMT-02").getIncidentId();

        // When: the secrets are new, and the istiods of eu-west-1 still know nothing of us-east-1
        Fault left = Churn.endpointsLost("eu-west-1", "us-east-1");
        fleet.shows(left).minutes(4);

        // Then
        assertThat(fleet.open()).singleElement().satisfies(symptom -> {
            assertThat(symptom.getRule().getId()).isEqualTo("EPT-12");
            assertThat(symptom.getIncidentId()).isEqualTo(incident);
        });

        // When
        fleet.shows(left).minutes(6);

        // Then
        assertThat(fleet.open()).singleElement().satisfies(alone -> {
            assertThat(alone.getRootCause().getRelation()).isEqualTo(Relation.INDEPENDENT);
            assertThat(alone.getIncidentId()).startsWith(alone.getId());
        });
    }

    @Test
    void aRotationInTheWrongOrderIsFoundAndIsOverWhenItIsMended() throws Exception {
        fleet = healthy().shows(fault("root-rotation-wrong-order")).minutes(4);
        assertThat(root("TRU-03").getSeverity().name()).isIn("HIGH", "CRITICAL");

        fleet.shows(fault("root-rotation-waves")).minutes(5);

        assertThat(fleet.open()).isEmpty();
    }

    @Test
    void aGatewayThatOnePeerCannotReachAndThenNobodyIsOneIncidentEachTime() throws Exception {
        // Given
        List<String> peers = List.of("eu-central-1", "eu-west-1", "us-east-1", "us-west-2");
        fleet = healthy();
        peers.forEach(peer -> fleet.probes(peer, "ap-south-1", true));
        assertThat(fleet.minutes(3).open()).isEmpty();

        // When
        fleet.probes("eu-west-1", "ap-south-1", false).minutes(4);

        // Then: the fault is on its way there
        assertThat(root("NET-03").getScope().getPair().getFrom()).isEqualTo("eu-west-1");

        // When
        peers.forEach(peer -> fleet.probes(peer, "ap-south-1", false));
        fleet.minutes(5);

        // Then: the fault is at the gateway
        assertThat(root("NET-03").getScope().getClusters()).containsExactly("ap-south-1");
        assertThat(fleet.open()).hasSize(1);

        // When
        peers.forEach(peer -> fleet.probes(peer, "ap-south-1", true));

        // Then
        assertThat(fleet.minutes(4).open()).isEmpty();
    }

    @Test
    void whatManyServicesHaveInCommonIsSuspectedAndReleasedWhenTheyAreWell() throws Exception {
        // Given
        Scenario large = Scenario.bundled("fleet-common-factor");
        Fault frozen = large.faults().get(0);
        fleet = new FleetOverTime(large.with(List.of()), folder).shows().minutes(2);

        // When
        fleet.shows(frozen).minutes(6);

        // Then
        Finding suspected = root("INC-01");
        assertThat(suspected.getConfidence()).isBetween(0.5, 0.95);
        assertThat(suspected.getExplains().getCount()).isEqualTo(40);
        assertThat(fleet.open()).extracting(Finding::getIncidentId).containsOnly(suspected.getIncidentId());

        // When
        fleet.shows().minutes(6);

        // Then
        assertThat(fleet.open()).isEmpty();
        assertThat(fleet.topology().transitions())
                .as("no service was an incident of its own")
                .extracting(Finding::getIncidentId)
                .containsOnly(suspected.getIncidentId());
    }

    @Test
    void aVersionStaysSuspectedWhenItIsUpgradedAway() throws Exception {
        // Given: half of the clusters run another version, and certificates are not renewed there
        Scenario cohort = Scenario.bundled("fleet-version-cohort");
        Fault[] all = cohort.faults().toArray(Fault[]::new);
        Fault[] withoutOldVersion = cohort.faults().subList(1, all.length).toArray(Fault[]::new);
        fleet = new FleetOverTime(cohort.with(List.of(all[0])), folder)
                .shows(all[0])
                .minutes(2);
        fleet.shows(all).minutes(4);
        Finding suspected = root("INC-01");
        assertThat(suspected.getTitle()).endsWith("share version 1.27.3 of istiod");
        assertThat(suspected.getExplains().getCount()).isEqualTo(6);
        List<Finding> before = fleet.open();

        // When
        fleet.shows(withoutOldVersion).minutes(4);

        // Then
        assertThat(fleet.open()).hasSize(7).allSatisfy(finding -> assertThat(finding.getState())
                .isEqualTo(DetectionState.ACTIVE));
        assertThat(root("INC-01").getIncidentId()).isEqualTo(suspected.getIncidentId());
        assertThat(fleet.open())
                .flatExtracting(Finding::getVersions)
                .isEqualTo(
                        before.stream().flatMap(f -> f.getVersions().stream()).toList());

        // When
        fleet.shows().minutes(6);

        // Then
        assertThat(fleet.open()).isEmpty();
    }

    @Test
    void aProcessorThatStartsAgainGoesOnWithTheSameIncident() throws Exception {
        fleet = healthy().shows(EXPIRED).minutes(4);
        Map<String, String> before = incidents();

        fleet.topology().restart();
        fleet.minutes(2);

        assertThat(incidents()).isEqualTo(before).hasSize(5);
    }

    private FleetOverTime healthy() throws Exception {
        return new FleetOverTime(FLEET, folder).shows().minutes(2);
    }

    /** The open finding of the rule, which is nobody's symptom. */
    private Finding root(String rule) {
        List<Finding> found = fleet.open().stream()
                .filter(finding -> finding.getRule().getId().equals(rule))
                .toList();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).getRootCause().getRelation()).isNotEqualTo(Relation.SYMPTOM);
        return found.get(0);
    }

    /** Incident, with its episode, by finding. */
    private Map<String, String> incidents() {
        return fleet.open().stream().collect(Collectors.toMap(Finding::getId, Finding::getIncidentId));
    }

    private static Set<String> ids(List<Finding> findings) {
        return findings.stream().map(Finding::getId).collect(Collectors.toSet());
    }

    private static Fault fault(String scenario) {
        return Scenario.bundled(scenario).faults().get(0);
    }
}
