package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Index.Variable;
import io.meshdiag.sink.dashboard.Panel.Column;
import io.meshdiag.sink.dashboard.Panel.Format;
import io.meshdiag.sink.dashboard.Panel.Function;
import io.meshdiag.sink.dashboard.Panel.Group;
import io.meshdiag.sink.dashboard.Panel.Kind;
import io.meshdiag.sink.dashboard.Panel.Metric;
import io.meshdiag.sink.dashboard.PanelQuery.Level;

/** One panel in Grafana's JSON: what it asks of the Elasticsearch data source, and how it draws the answer. */
final class GrafanaPanel {
    /**
     * Grafana always filters by the dashboard's time. What is current is so whatever its age: such panels look back further than any finding is kept.
     */
    private static final String ALL_TIME = "10y";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private GrafanaPanel() {}

    static ObjectNode of(Panel panel) {
        ObjectNode node = JSON.objectNode()
                .put("type", type(panel.kind()))
                .put("title", panel.title())
                .put("description", panel.answers());
        node.set("datasource", GrafanaDatasource.of(panel.index()).reference());
        if (!panel.index().timed()) {
            node.put("timeFrom", ALL_TIME).put("hideTimeOverride", true);
        }
        node.putArray("targets").add(target(panel));
        ObjectNode fields = node.putObject("fieldConfig");
        GrafanaDrawing.defaults(panel, fields.putObject("defaults"));
        overrides(panel, fields.putArray("overrides"));
        GrafanaDrawing.options(panel, node.putObject("options"));
        transformations(panel, node.putArray("transformations"));
        return node;
    }

    /** The query, narrowed by the dashboard's variables: "All" becomes {@code *}. */
    static String narrowed(String query, Index index) {
        StringBuilder narrowed = new StringBuilder("(").append(query).append(')');
        for (Variable variable : index.variables()) {
            String clause = variable.field() + ":$" + variable.label();
            if (variable == Variable.CLUSTER) {
                // What concerns a mesh as a whole names no cluster. Without *:* Lucene would read the NOT as "never
                // with a cluster".
                clause = "(" + clause + " OR (*:* AND NOT _exists_:" + variable.field() + "))";
            }
            narrowed.append(" AND ").append(clause);
        }
        return narrowed.toString();
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case NUMBER -> "stat";
            case MATRIX, TABLE, LIST -> "table";
            case TIMELINE -> "timeseries";
        };
    }

    private static ObjectNode target(Panel panel) {
        ObjectNode target = JSON.objectNode()
                .put("refId", "A")
                .put("query", narrowed(panel.query(), panel.index()))
                .put("timeField", Index.TIME)
                .put("alias", "");
        target.set("datasource", GrafanaDatasource.of(panel.index()).reference());
        ArrayNode metrics = target.putArray("metrics");
        ArrayNode buckets = target.putArray("bucketAggs");
        if (panel.kind() == Kind.LIST) {
            ObjectNode raw = metrics.addObject().put("id", "1").put("type", "raw_data");
            raw.putObject("settings").put("size", Integer.toString(PanelQuery.LIST_SIZE));
            return target;
        }
        int id = 0;
        for (Metric metric : panel.metrics()) {
            id++;
            ObjectNode node =
                    metrics.addObject().put("id", Integer.toString(id)).put("type", Words.lower(metric.function()));
            if (metric.function() != Function.COUNT) {
                node.put("field", metric.field());
            }
        }
        PanelQuery query = new PanelQuery(panel);
        query.levels().forEach(level -> buckets.add(bucket(level, query.mostFirst())));
        return target;
    }

    private static ObjectNode bucket(Level level, boolean mostFirst) {
        ObjectNode bucket = JSON.objectNode().put("id", level.id());
        if (level.time()) {
            bucket.put("type", "date_histogram").put("field", Index.TIME);
            bucket.putObject("settings")
                    .put("interval", "auto")
                    .put("min_doc_count", "0")
                    .put("trimEdges", "0");
        } else if (level.group().filters().isEmpty()) {
            bucket.put("type", "terms").put("field", level.group().field());
            bucket.putObject("settings")
                    .put("size", Integer.toString(level.group().size()))
                    .put("min_doc_count", "1")
                    .put("orderBy", mostFirst ? "_count" : "_term")
                    .put("order", mostFirst ? "desc" : "asc");
        } else {
            bucket.put("type", "filters");
            ArrayNode filters = bucket.putObject("settings").putArray("filters");
            level.group().filters().forEach(filter -> filters.addObject()
                    .put("label", filter.name())
                    .put("query", filter.query()));
        }
        return bucket;
    }

    /** Readable names of columns; times as the distance from now. */
    private static void overrides(Panel panel, ArrayNode overrides) {
        if (panel.kind() == Kind.LIST) {
            for (Column column : panel.columns()) {
                override(overrides, column.field(), column.label(), column.format());
            }
        } else if (panel.kind() == Kind.TABLE) {
            for (Group group : panel.groups()) {
                override(overrides, group.field(), group.label(), Format.PLAIN);
            }
            for (Metric metric : panel.metrics()) {
                override(overrides, column(metric), metric.label(), metric.format());
            }
        }
    }

    private static void override(ArrayNode overrides, String field, String label, Format format) {
        ObjectNode override = overrides.addObject();
        override.putObject("matcher").put("id", "byName").put("options", field);
        ArrayNode properties = override.putArray("properties");
        properties.addObject().put("id", "displayName").put("value", label);
        if (format == Format.FROM_NOW) {
            properties.addObject().put("id", "unit").put("value", "dateTimeFromNow");
        }
    }

    private static void transformations(Panel panel, ArrayNode transformations) {
        if (panel.kind() == Kind.MATRIX) {
            ObjectNode matrix = transformations.addObject().put("id", "groupingToMatrix");
            matrix.putObject("options")
                    .put("rowField", panel.groups().get(0).field())
                    .put("columnField", panel.groups().get(1).field())
                    .put("valueField", column(panel.metrics().get(0)))
                    .put("emptyValue", "null");
        } else if (panel.kind() == Kind.LIST) {
            ObjectNode filter = transformations.addObject().put("id", "filterFieldsByName");
            // Hidden in the table; by it the rows are sorted.
            ArrayNode names = filter.putObject("options").putObject("include").putArray("names");
            panel.columns().forEach(column -> names.add(column.field()));
            names.add(PanelQuery.LIST_ORDER);
            ObjectNode order = transformations
                    .addObject()
                    .put("id", "organize")
                    .putObject("options")
                    .putObject("indexByName");
            panel.columns().forEach(column -> order.put(column.field(), order.size()));
            order.put(PanelQuery.LIST_ORDER, order.size());
        }
    }

    /** Name that Grafana's Elasticsearch data source gives a metric's column. */
    private static String column(Metric metric) {
        return Words.capital(metric.function());
    }
}
