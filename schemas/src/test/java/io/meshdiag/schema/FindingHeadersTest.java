package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Remediation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.finding.Transition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class FindingHeadersTest {
    @Test
    void tellASubscriberWhatToFilterBy() {
        Headers headers = new RecordHeaders();

        FindingHeaders.write(finding(DetectionState.ACTIVE), headers);

        assertThat(words(headers))
                .isEqualTo(Map.of(
                        "rule",
                        "TRU-01",
                        "severity",
                        "critical",
                        "state",
                        "active",
                        "mesh",
                        "Mesh1",
                        "relation",
                        "root",
                        "suppressed",
                        "false"));
    }

    @Test
    void replaceThoseOfAnEarlierRevision() {
        Headers headers = new RecordHeaders();

        FindingHeaders.write(finding(DetectionState.ACTIVE), headers);
        FindingHeaders.write(finding(DetectionState.RESOLVED), headers);

        assertThat(words(headers)).hasSize(6).containsEntry("state", "resolved");
    }

    private static Map<String, String> words(Headers headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .collect(Collectors.toMap(Header::key, h -> new String(h.value(), StandardCharsets.UTF_8)));
    }

    private static Finding finding(DetectionState state) {
        Instant now = Instant.parse("2026-11-21T04:00:00Z");
        return Finding.newBuilder()
                .setId("mf1-a")
                .setScopeKey("east->west")
                .setRevision(1)
                .setTransition(Transition.OPENED)
                .setRule(RuleRef.newBuilder()
                        .setId("TRU-01")
                        .setName("TrustRootMismatch")
                        .setFamily("TRU")
                        .build())
                .setTitle("t")
                .setDescription("d")
                .setState(state)
                .setSeverity(Severity.CRITICAL)
                .setScope(Scope.newBuilder()
                        .setMesh("Mesh1")
                        .setClusters(List.of("east", "west"))
                        .build())
                .setSubject(
                        Subject.newBuilder().setKind("Cluster").setName("east").build())
                .setAffected(Affected.newBuilder().build())
                .setFirstSeen(now)
                .setLastSeen(now)
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.ROOT)
                        .setFindingId("mf1-a")
                        .build())
                .setIncidentId("mf1-a#1")
                .setExplains(Explains.newBuilder().build())
                .setRemediation(Remediation.newBuilder().setSummary("s").build())
                .setCoverage(Coverage.newBuilder().build())
                .build();
    }
}
