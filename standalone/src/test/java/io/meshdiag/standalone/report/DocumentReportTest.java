package io.meshdiag.standalone.report;

import static io.meshdiag.standalone.report.Findings.diagnosis;
import static io.meshdiag.standalone.report.Findings.explainedBy;
import static io.meshdiag.standalone.report.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Forecast;
import io.meshdiag.finding.Severity;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DocumentReportTest {
    private final Finding root = finding("mf1-root", "TRU-02", Severity.CRITICAL, "root");
    private final Finding symptom = explainedBy(root, finding("mf1-symptom", "TRU-01", Severity.HIGH, "symptom"));

    @Test
    void namesIncidentsWithTheirSymptomsAndEveryFinding() throws Exception {
        JsonNode document =
                new ObjectMapper().readTree(DocumentReport.json(diagnosis(root, symptom), FindingFilter.ALL));

        assertThat(document.at("/version").intValue()).isEqualTo(1);
        assertThat(document.at("/summary/incidents").intValue()).isEqualTo(1);
        assertThat(document.at("/summary/incidentsBySeverity/critical").intValue())
                .isEqualTo(1);
        assertThat(document.at("/incidents/0/findingId").textValue()).isEqualTo("mf1-root");
        assertThat(document.at("/incidents/0/symptomIds/0").textValue()).isEqualTo("mf1-symptom");
        assertThat(document.at("/findings")).hasSize(2);
        assertThat(document.at("/findings/0/firstSeen").textValue()).isEqualTo("2026-11-20T09:00:00Z");
        assertThat(document.at("/clusters/1/archive").textValue()).isEqualTo("west.tar.gz");
    }

    @Test
    void saysTheSameInYaml() throws Exception {
        Diagnosis diagnosis = diagnosis(root, symptom);

        assertThat(new YAMLMapper().readTree(DocumentReport.yaml(diagnosis, FindingFilter.ALL)))
                .isEqualTo(new ObjectMapper().readTree(DocumentReport.json(diagnosis, FindingFilter.ALL)));
    }

    @Test
    void leavesOutIncidentsThatWereNotAskedForWithTheirSymptoms() {
        ObjectNode document =
                DocumentReport.document(diagnosis(root, symptom), new FindingFilter(Severity.INFO, Set.of("RMT-01")));

        assertThat(document.get("incidents")).isEmpty();
        assertThat(document.get("findings")).isEmpty();
    }

    @Test
    void aFindingSurvivesTheWayToJsonAndBack() {
        symptom.setForecast(new Forecast(Findings.NINE, "it expires"));

        assertThat(FindingJson.read(FindingJson.write(symptom))).isEqualTo(symptom);
    }

    @Test
    void aFieldThatAnOlderVersionDidNotWriteGetsItsDefault() {
        ObjectNode json = FindingJson.write(root);
        json.remove("seenOnce");

        assertThat(FindingJson.read(json).getSeenOnce()).isFalse();
    }

    @Test
    void somethingElseIsNoFinding() {
        ObjectNode json = FindingJson.write(root);
        json.remove("title");

        assertThatThrownBy(() -> FindingJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a finding: field title is missing");
    }
}
