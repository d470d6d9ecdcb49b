package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Index.Variable;
import java.util.EnumSet;
import java.util.Set;

/** Grafana's dashboard JSON, schema version 39 (Grafana 10.3 writes it; later ones migrate it when they load it). */
public final class GrafanaDashboard {
    private static final int SCHEMA_VERSION = 39;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private GrafanaDashboard() {}

    /** A dashboard over the sink's indices. */
    public static ObjectNode of(Dashboard source) {
        ObjectNode dashboard = frame(source.id(), source.title(), source.answers(), source.from());
        annotations(dashboard.putObject("annotations").putArray("list"));
        Set<Variable> variables = EnumSet.noneOf(Variable.class);
        source.panels().forEach(panel -> variables.addAll(panel.index().variables()));
        ArrayNode list = dashboard.putObject("templating").putArray("list");
        variables.forEach(variable -> list.add(variable(variable, source)));
        ArrayNode panels = dashboard.putArray("panels");
        Flow flow = new Flow();
        for (Panel panel : source.panels()) {
            ObjectNode node = GrafanaPanel.of(panel).put("id", panels.size() + 1);
            flow.next(panel.width(), panel.height()).writeTo(node.putObject("gridPos"));
            panels.add(node);
        }
        return dashboard;
    }

    /** A dashboard over Prometheus. */
    public static ObjectNode of(MetricsDashboard source) {
        ObjectNode dashboard = frame(source.id(), source.title(), source.answers(), source.from());
        dashboard.putObject("annotations").putArray("list");
        dashboard.putObject("templating").putArray("list");
        ArrayNode panels = dashboard.putArray("panels");
        Flow flow = new Flow();
        for (MetricsDashboard.MetricsPanel panel : source.panels()) {
            ObjectNode node = JSON.objectNode()
                    .put("id", panels.size() + 1)
                    .put("type", "timeseries")
                    .put("title", panel.title())
                    .put("description", panel.answers());
            node.set("datasource", GrafanaDatasource.PROMETHEUS.reference());
            ObjectNode target = node.putArray("targets").addObject();
            target.put("refId", "A")
                    .put("expr", panel.expr())
                    .put("legendFormat", panel.legend())
                    .put("range", true);
            target.set("datasource", GrafanaDatasource.PROMETHEUS.reference());
            ObjectNode defaults = node.putObject("fieldConfig").putObject("defaults");
            defaults.put("unit", panel.unit()).put("min", 0).putObject("custom");
            node.withObject("/fieldConfig").putArray("overrides");
            node.putObject("options");
            flow.next(panel.width(), panel.height()).writeTo(node.putObject("gridPos"));
            panels.add(node);
        }
        return dashboard;
    }

    private static ObjectNode frame(String id, String title, String answers, String from) {
        ObjectNode dashboard = JSON.objectNode()
                .putNull("id")
                .put("uid", id)
                .put("title", title)
                .put("description", answers)
                .put("schemaVersion", SCHEMA_VERSION)
                .put("version", 1)
                .put("editable", true)
                .put("graphTooltip", 1)
                .put("refresh", "30s")
                .put("timezone", "browser");
        dashboard.putArray("tags").add("meshdiag");
        dashboard.putObject("time").put("from", from).put("to", "now");
        ObjectNode link = dashboard.putArray("links").addObject();
        link.put("type", "dashboards")
                .put("title", "Meshdiag")
                .put("asDropdown", false)
                .put("icon", "external link")
                .put("includeVars", true)
                .put("keepTime", true)
                .put("targetBlank", false)
                .put("tooltip", "")
                .put("url", "");
        link.putArray("tags").add("meshdiag");
        return dashboard;
    }

    /** Marks in every chart over time: causes that began and causes that ended. */
    private static void annotations(ArrayNode list) {
        list.add(annotation("Cause began", "red", "event.action:(opened OR reopened)"));
        list.add(annotation("Cause ended", "green", "event.action:resolved"));
    }

    private static ObjectNode annotation(String name, String color, String query) {
        ObjectNode annotation = JSON.objectNode()
                .put("name", name)
                .put("enable", true)
                .put("iconColor", color)
                .put("timeField", Index.TIME)
                .put("textField", "message")
                .put("tagsField", "rule.id");
        annotation.set("datasource", GrafanaDatasource.of(Index.HISTORY).reference());
        annotation
                .putObject("target")
                .put("refId", "Anno")
                .put("query", GrafanaPanel.narrowed(query + " AND NOT meshdiag.relation:symptom", Index.HISTORY));
        return annotation;
    }

    private static ObjectNode variable(Variable variable, Dashboard source) {
        // Values come from an index that knows the field; findings know all of them.
        boolean findings = source.panels().stream().anyMatch(panel -> panel.index() == Index.FINDINGS);
        Index index = findings ? Index.FINDINGS : source.panels().get(0).index();
        String query = JSON.objectNode()
                .put("find", "terms")
                .put("field", variable.field())
                .toString();
        ObjectNode node = JSON.objectNode()
                .put("name", variable.label())
                .put("label", variable.label())
                .put("type", "query")
                .put("query", query)
                .put("refresh", 2)
                .put("sort", 1)
                .put("regex", "")
                .put("hide", 0)
                .put("skipUrlSync", false)
                .put("multi", true)
                .put("includeAll", true)
                .put("allValue", "*");
        node.set("datasource", GrafanaDatasource.of(index).reference());
        ObjectNode current = node.putObject("current").put("selected", true);
        current.putArray("text").add("All");
        current.putArray("value").add("$__all");
        node.putArray("options");
        return node;
    }
}
