package io.meshdiag.sink.document;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Suppression;
import io.meshdiag.finding.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A finding as Elasticsearch and OpenSearch store it: ECS fields where ECS has one, everything of ours below {@code meshdiag.}
 * (finding-record.md 6.2 and 7.1).
 *
 * <p>Two documents come of one finding: the current state ({@code _id} = finding id, external version = revision) and the
 * history ({@code _id} = id:revision, op {@code create}). Both are complete, so that the last write wins without reading the past.
 */
public final class FindingDocument {
    private static final String DATASET = "meshdiag.findings";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private FindingDocument() {}

    /** {@code _id} of the current-state document. */
    public static String currentId(Finding finding) {
        return finding.getId();
    }

    /** {@code _id} of the history document: a repeated write meets its own id and is refused as already there. */
    public static String historyId(Finding finding) {
        return finding.getId() + ":" + finding.getRevision();
    }

    /** The latest revision, {@code event.kind: state}. */
    public static ObjectNode current(Finding finding) {
        return document(finding, "state", finding.getLastSeen());
    }

    /** One revision: opened, reopened and escalated ones are {@code event.kind: alert}, all others {@code event}; never {@code signal}. */
    public static ObjectNode history(Finding finding) {
        boolean alerts = finding.getTransition() == Transition.OPENED
                || finding.getTransition() == Transition.REOPENED
                || finding.getTransition() == Transition.ESCALATED;
        return document(finding, alerts ? "alert" : "event", transitionTime(finding));
    }

    /** A finding that ended was last seen before it ended, and one that was held back opened after it was first seen. */
    private static Instant transitionTime(Finding finding) {
        Instant own =
                switch (finding.getTransition()) {
                    case OPENED, REOPENED -> finding.getOpenedAt();
                    case RESOLVED -> finding.getResolvedAt();
                    default -> finding.getLastSeen();
                };
        return own == null ? finding.getLastSeen() : own;
    }

    private static ObjectNode document(Finding finding, String kind, Instant timestamp) {
        ObjectNode document = JSON.objectNode();
        document.put("@timestamp", timestamp.toString());
        document.put("message", finding.getTitle());
        document.set("event", event(finding, kind));
        document.putObject("rule")
                .put("id", finding.getRule().getId())
                .put("name", finding.getRule().getName())
                .put("version", Integer.toString(finding.getRule().getVersion()))
                .put("category", finding.getRule().getFamily());
        putText(
                (ObjectNode) document.get("rule"),
                "reference",
                finding.getRule().getDocUrl());
        document.set("orchestrator", orchestrator(finding));
        putIfPresent(document, "service", finding.getScope().getService());
        putIfPresent(document, "host", finding.getScope().getNode());
        ObjectNode labels = document.putObject("labels");
        finding.getLabels().forEach(labels::put);
        document.set("meshdiag", meshdiag(finding));
        return document;
    }

    private static ObjectNode event(Finding finding, String kind) {
        ObjectNode event = JSON.objectNode()
                .put("id", finding.getId())
                .put("kind", kind)
                .put("module", "meshdiag")
                .put("dataset", DATASET)
                .put("action", word(finding.getTransition()))
                .put("sequence", finding.getRevision())
                .put("severity", number(finding.getSeverity()))
                .put("reason", finding.getDescription());
        event.putArray("category").add(category(finding.getRule().getFamily()));
        event.putArray("type").add(type(finding.getTransition()));
        event.put("start", finding.getFirstSeen().toString());
        putTime(event, "end", finding.getResolvedAt());
        return event;
    }

    private static ObjectNode orchestrator(Finding finding) {
        ObjectNode orchestrator = JSON.objectNode().put("type", "kubernetes");
        Scope scope = finding.getScope();
        if (!scope.getClusters().isEmpty()) {
            ArrayNode names = orchestrator.putObject("cluster").putArray("name");
            scope.getClusters().forEach(names::add);
        }
        String namespace = Objects.requireNonNullElse(
                scope.getNamespace(),
                Objects.requireNonNullElse(finding.getSubject().getNamespace(), ""));
        if (!namespace.isEmpty()) {
            orchestrator.put("namespace", namespace);
        }
        orchestrator
                .putObject("resource")
                .put("type", finding.getSubject().getKind())
                .put("name", finding.getSubject().getName());
        return orchestrator;
    }

    private static ObjectNode meshdiag(Finding finding) {
        ObjectNode own = JSON.objectNode();
        own.put("schema_version", finding.getSchemaVersion());
        own.put("mesh", finding.getScope().getMesh());
        own.put("state", word(finding.getState()));
        own.put("state_reason", finding.getStateReason());
        own.put("severity", word(finding.getSeverity()));
        own.put("confidence", finding.getConfidence());
        own.put("episode", finding.getEpisode());
        own.put("flapping", finding.getFlapping());
        own.put("seen_once", finding.getSeenOnce());
        own.put("incident_id", finding.getIncidentId());
        own.put("relation", word(finding.getRootCause().getRelation()));
        own.put("root_id", finding.getRootCause().getFindingId());
        putText(own, "parent_id", finding.getRootCause().getParentId());
        own.put("explained", finding.getRootCause().getRelation() == Relation.SYMPTOM);
        if (finding.getScope().getPair() != null) {
            own.putObject("pair")
                    .put("from", finding.getScope().getPair().getFrom())
                    .put("to", finding.getScope().getPair().getTo());
        }
        putText(own, "network", finding.getScope().getNetwork());
        putText(own, "workload", finding.getScope().getWorkload());
        putText(own, "istiod", finding.getScope().getIstiod());
        putNames(own, "observers", finding.getScope().getObservers());
        putNames(own, "machines", finding.getScope().getMachines());
        finding.getVersions()
                .forEach(version -> own.withObject("/versions").put(version.getComponent(), version.getVersion()));
        putTime(own, "opened_at", finding.getOpenedAt());
        putTime(own, "resolved_at", finding.getResolvedAt());
        ObjectNode affected = own.putObject("affected")
                .put("clusters", finding.getAffected().getClusters())
                .put("services", finding.getAffected().getServices())
                .put("proxies", finding.getAffected().getProxies());
        finding.getAffected().getSamples().forEach(affected.putArray("samples")::add);
        ObjectNode explains =
                own.putObject("explains").put("count", finding.getExplains().getCount());
        ObjectNode byRule = explains.putObject("by_rule");
        finding.getExplains().getByRule().forEach(c -> byRule.put(c.getRule(), c.getCount()));
        ArrayNode evidence = own.putArray("evidence");
        finding.getEvidence().forEach(e -> evidence.add(evidence(e)));
        own.putObject("remediation").put("summary", finding.getRemediation().getSummary());
        ArrayNode steps = ((ObjectNode) own.get("remediation")).putArray("steps");
        finding.getRemediation().getSteps().forEach(s -> steps.add(step(s)));
        if (finding.getForecast() != null) {
            own.putObject("forecast")
                    .put("happens_at", finding.getForecast().getHappensAt().toString())
                    .put("consequence", finding.getForecast().getConsequence());
        }
        if (finding.getSuppression().getActive()) {
            Suppression suppression = finding.getSuppression();
            own.putObject("suppression")
                    .put("active", true)
                    .put("kind", word(suppression.getKind()))
                    .put("reason", suppression.getReason())
                    .put("by", suppression.getBy())
                    .put("until", suppression.getUntil().toString());
        }
        ObjectNode coverage =
                own.putObject("coverage").put("complete", finding.getCoverage().getComplete());
        finding.getCoverage().getMissing().forEach(coverage.putArray("missing")::add);
        return own;
    }

    private static void putNames(ObjectNode in, String field, List<String> names) {
        if (!names.isEmpty()) {
            names.forEach(in.putArray(field)::add);
        }
    }

    private static ObjectNode evidence(Evidence evidence) {
        return JSON.objectNode()
                .put("kind", evidence.getKind())
                .put("source", evidence.getSource())
                .put("cluster", evidence.getCluster())
                .put("observer", evidence.getObserver())
                .put("subject", evidence.getSubject())
                .put("value", evidence.getValue())
                .put("at", evidence.getAt().toString());
    }

    private static ObjectNode step(RemediationStep step) {
        ObjectNode node = JSON.objectNode().put("order", step.getOrder()).put("text", step.getText());
        putText(node, "command", step.getCommand());
        return node;
    }

    /** OpenTelemetry's severity numbers, so that stores of several products sort alike. */
    private static int number(Severity severity) {
        return switch (severity) {
            case INFO -> 9;
            case LOW -> 10;
            case MEDIUM -> 13;
            case HIGH -> 17;
            case CRITICAL -> 21;
        };
    }

    /** ECS allows a fixed list; trust is about who one is, virtual machines and CNI about hosts, the way between clusters about network. */
    private static String category(String family) {
        return switch (family) {
            case "TRU" -> "authentication";
            case "RMT", "EPT", "NET" -> "network";
            case "VMS", "CNI" -> "host";
            default -> "configuration";
        };
    }

    private static String type(Transition transition) {
        return switch (transition) {
            case OPENED, REOPENED -> "start";
            case RESOLVED, EXPIRED -> "end";
            default -> "change";
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void putIfPresent(ObjectNode document, String object, String name) {
        if (name != null) {
            document.putObject(object).put("name", name);
        }
    }

    private static void putText(ObjectNode node, String field, String text) {
        if (text != null) {
            node.put(field, text);
        }
    }

    private static void putTime(ObjectNode node, String field, Instant time) {
        if (time != null) {
            node.put(field, time.toString());
        }
    }
}
