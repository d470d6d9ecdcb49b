package io.meshdiag.standalone.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A diagnosis as one JSON or YAML document, for programs. Its structure is described in docs/cli.md and only grows. */
public final class DocumentReport {
    /** Rises when a consumer would have to change. */
    static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    private DocumentReport() {}

    public static String json(Diagnosis diagnosis, FindingFilter filter) {
        return json(document(diagnosis, filter));
    }

    public static String yaml(Diagnosis diagnosis, FindingFilter filter) {
        return yaml(document(diagnosis, filter));
    }

    /** Any document as JSON. */
    public static String json(ObjectNode document) {
        return text(JSON, document) + "\n";
    }

    /** Any document as YAML. */
    public static String yaml(ObjectNode document) {
        return text(YAML, document);
    }

    /** The document, before it becomes text. */
    static ObjectNode document(Diagnosis diagnosis, FindingFilter filter) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("version", VERSION);
        List<Incident> incidents = Incident.among(diagnosis.findings(), filter);
        ObjectNode summary = document.putObject("summary");
        summary.put(
                "clusters",
                diagnosis.clusters().stream().filter(look -> look.vm() == null).count());
        summary.put("facts", diagnosis.facts());
        summary.put("deadLetters", diagnosis.deadLetters());
        summary.put("incidents", incidents.size());
        ObjectNode bySeverity = summary.putObject("incidentsBySeverity");
        for (Severity severity : Severity.values()) {
            bySeverity.put(
                    severity.name().toLowerCase(Locale.ROOT),
                    incidents.stream()
                            .filter(i -> i.cause().getSeverity() == severity)
                            .count());
        }
        ArrayNode clusters = document.putArray("clusters");
        diagnosis.clusters().forEach(look -> clusters.add(cluster(look)));
        diagnosis.notes().forEach(document.putArray("notes")::add);
        List<Incident> suppressed = Incident.suppressed(diagnosis.findings(), filter);
        add(incidents, document.putArray("incidents"));
        add(suppressed, document.putArray("suppressedIncidents"));
        Set<String> wanted = Stream.concat(incidents.stream(), suppressed.stream())
                .flatMap(i -> Stream.concat(Stream.of(i.cause()), i.symptoms().stream()))
                .map(Finding::getId)
                .collect(Collectors.toSet());
        ArrayNode findings = document.putArray("findings");
        diagnosis.findings().stream()
                .filter(f -> wanted.contains(f.getId()) || (!Incident.open(f) && filter.test(f)))
                .forEach(f -> findings.add(FindingJson.write(f)));
        return document;
    }

    private static void add(List<Incident> incidents, ArrayNode array) {
        for (Incident incident : incidents) {
            ObjectNode node = array.addObject();
            node.put("id", incident.cause().getIncidentId());
            node.put("findingId", incident.cause().getId());
            incident.symptoms().stream().map(Finding::getId).forEach(node.putArray("symptomIds")::add);
        }
    }

    private static ObjectNode cluster(Diagnosis.ClusterLook look) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("mesh", look.mesh());
        node.put("cluster", look.cluster());
        if (look.vm() != null) {
            node.put("vm", look.vm());
        }
        node.put("archive", look.archive());
        node.put("takenAt", look.takenAt().toString());
        ArrayNode gaps = node.putArray("gaps");
        look.gaps().forEach(gap -> gaps.addObject()
                .put("source", gap.getSource())
                .put("state", gap.getState().name())
                .put("detail", gap.getDetail())
                .put("read", gap.getRead())
                .put("expected", gap.getExpected()));
        return node;
    }

    private static String text(ObjectMapper mapper, ObjectNode document) {
        try {
            return mapper.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of values is always writable", e);
        }
    }
}
