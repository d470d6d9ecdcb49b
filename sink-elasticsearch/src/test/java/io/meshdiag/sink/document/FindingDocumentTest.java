package io.meshdiag.sink.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.finding.Affected;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Remediation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleCount;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.finding.Transition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingDocumentTest {
    private static final Instant SEEN = Instant.parse("2026-11-20T08:00:00Z");

    @Test
    void currentStateIsAStateDocumentUnderTheFindingsId() {
        Finding finding = missingSecret().setRevision(7).build();

        JsonNode document = FindingDocument.current(finding);

        assertThat(FindingDocument.currentId(finding)).isEqualTo("mf1-abc");
        assertThat(document.at("/event/kind").asText()).isEqualTo("state");
        assertThat(document.at("/event/sequence").asLong()).isEqualTo(7);
        assertThat(document.at("/@timestamp").asText()).isEqualTo("2026-11-20T08:00:00Z");
        assertThat(document.at("/rule/id").asText()).isEqualTo("RMT-01");
    }

    @Test
    void eachRevisionHasItsOwnIdInTheHistory() {
        Finding finding = missingSecret().setRevision(7).build();

        assertThat(FindingDocument.historyId(finding)).isEqualTo("mf1-abc:7");
    }

    @ParameterizedTest
    @CsvSource({"OPENED,alert", "REOPENED,alert", "ESCALATED,alert", "UPDATED,event", "RESOLVED,event", "STALE,event"})
    void onlyTransitionsThatCallForAPersonAreAlerts(Transition transition, String kind) {
        Finding finding = missingSecret().setTransition(transition).build();

        assertThat(FindingDocument.history(finding).at("/event/kind").asText()).isEqualTo(kind);
    }

    @Test
    void aRevisionIsDatedAtItsTransition() {
        Instant opened = SEEN.plusSeconds(60);
        Instant resolved = SEEN.plusSeconds(600);
        Finding finding = missingSecret()
                .setOpenedAt(opened)
                .setResolvedAt(resolved)
                .setTransition(Transition.RESOLVED)
                .build();

        assertThat(FindingDocument.history(finding).at("/@timestamp").asText()).isEqualTo(resolved.toString());
        finding.setTransition(Transition.OPENED);
        assertThat(FindingDocument.history(finding).at("/@timestamp").asText()).isEqualTo(opened.toString());
        finding.setTransition(Transition.UPDATED);
        assertThat(FindingDocument.history(finding).at("/@timestamp").asText()).isEqualTo(SEEN.toString());
    }

    @Test
    void whatAlertingQueriesAskForIsCheapAndTopLevel() {
        JsonNode own = FindingDocument.current(missingSecret().build()).get("meshdiag");

        assertThat(own.get("state").asText()).isEqualTo("active");
        assertThat(own.get("relation").asText()).isEqualTo("root");
        assertThat(own.get("explained").asBoolean()).isFalse();
        assertThat(own.at("/explains/by_rule/EPT-01").asInt()).isEqualTo(40);
        assertThat(own.at("/pair/from").asText()).isEqualTo("west");
    }

    @Test
    void whoSeesItWhichMachinesAndWhichVersionsItIsAboutCanBeAskedFor() {
        Finding finding = missingSecret()
                .setScope(Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(List.of("west"))
                        .setObservers(List.of("east", "north"))
                        .setMachines(List.of("db-1.payments"))
                        .build())
                .setVersions(List.of(new ComponentVersion("istiod", "1.29.1"), new ComponentVersion("proxy", "1.28.4")))
                .build();

        JsonNode own = FindingDocument.current(finding).get("meshdiag");

        assertThat(own.get("observers")).extracting(JsonNode::asText).containsExactly("east", "north");
        assertThat(own.get("machines")).extracting(JsonNode::asText).containsExactly("db-1.payments");
        assertThat(own.at("/versions/istiod").asText()).isEqualTo("1.29.1");
        assertThat(own.at("/versions/proxy").asText()).isEqualTo("1.28.4");
    }

    @ParameterizedTest
    @CsvSource({"INFO,9", "LOW,10", "MEDIUM,13", "HIGH,17", "CRITICAL,21"})
    void severitySortsAsANumber(Severity severity, int number) {
        Finding finding = missingSecret().setSeverity(severity).build();

        assertThat(FindingDocument.current(finding).at("/event/severity").asInt())
                .isEqualTo(number);
    }

    private static Finding.Builder missingSecret() {
        return Finding.newBuilder()
                .setId("mf1-abc")
                .setScopeKey("west-uid->east-uid")
                .setRevision(1)
                .setTransition(Transition.OPENED)
                .setRule(RuleRef.newBuilder()
                        .setId("RMT-01")
                        .setName("RemoteSecretMissing")
                        .setFamily("RMT")
                        .build())
                .setTitle("west has no remote secret for east")
                .setDescription("istiod of west cannot read services of east.")
                .setState(DetectionState.ACTIVE)
                .setSeverity(Severity.HIGH)
                .setScope(Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(List.of("east", "west"))
                        .setPair(ClusterPair.newBuilder()
                                .setFrom("west")
                                .setTo("east")
                                .build())
                        .build())
                .setSubject(Subject.newBuilder()
                        .setKind("Secret")
                        .setNamespace("istio-system")
                        .setName("istio-remote-secret-east")
                        .setCluster("west")
                        .build())
                .setAffected(
                        Affected.newBuilder().setClusters(2).setServices(40).build())
                .setFirstSeen(SEEN)
                .setLastSeen(SEEN)
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.ROOT)
                        .setFindingId("mf1-abc")
                        .build())
                .setIncidentId("mf1-abc#1")
                .setExplains(Explains.newBuilder()
                        .setCount(40)
                        .setByRule(List.of(RuleCount.newBuilder()
                                .setRule("EPT-01")
                                .setCount(40)
                                .build()))
                        .build())
                .setRemediation(Remediation.newBuilder()
                        .setSummary("Create the missing secret.")
                        .build())
                .setCoverage(Coverage.newBuilder().build());
    }
}
