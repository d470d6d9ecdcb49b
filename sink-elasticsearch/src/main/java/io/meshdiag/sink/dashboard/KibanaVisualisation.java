package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Panel.Function;
import io.meshdiag.sink.dashboard.Panel.Group;
import io.meshdiag.sink.dashboard.Panel.Kind;
import io.meshdiag.sink.dashboard.Panel.Metric;
import io.meshdiag.sink.dashboard.PanelQuery.Level;
import java.util.List;

/** {@code visState} of an aggregation-based visualisation: its type, how it draws, what it asks. */
final class KibanaVisualisation {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private KibanaVisualisation() {}

    static ObjectNode state(Panel panel) {
        ObjectNode state = JSON.objectNode().put("title", panel.title()).put("type", type(panel.kind()));
        state.set("params", params(panel));
        ArrayNode aggs = state.putArray("aggs");
        int id = 0;
        for (Metric metric : panel.metrics()) {
            id++;
            aggs.add(metric(Integer.toString(id), metric));
        }
        PanelQuery query = new PanelQuery(panel);
        List<Level> levels = query.levels();
        for (int i = 0; i < levels.size(); i++) {
            aggs.add(group(levels.get(i), schema(panel.kind(), i), query.mostFirst()));
        }
        return state;
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case NUMBER -> "metric";
            case MATRIX -> "heatmap";
            case TABLE -> "table";
            case TIMELINE -> "histogram";
            case LIST -> throw new IllegalArgumentException("a list is a saved search, not a visualisation");
        };
    }

    /** Kibana's word for what a group is drawn as: rows of a matrix are the y axis ("group"), columns the x axis ("segment"). */
    private static String schema(Kind kind, int level) {
        return switch (kind) {
            case NUMBER -> "group";
            case MATRIX, TIMELINE -> level == 0 ? "group" : "segment";
            default -> "bucket";
        };
    }

    private static ObjectNode metric(String id, Metric metric) {
        ObjectNode agg = agg(id, Words.lower(metric.function()), "metric");
        ObjectNode params = agg.putObject("params").put("customLabel", metric.label());
        if (metric.function() != Function.COUNT) {
            params.put("field", metric.field());
        }
        return agg;
    }

    private static ObjectNode group(Level level, String schema, boolean mostFirst) {
        if (level.time()) {
            ObjectNode agg = agg(level.id(), "date_histogram", schema);
            agg.putObject("params")
                    .put("field", Index.TIME)
                    .put("useNormalizedEsInterval", true)
                    .put("interval", "auto")
                    .put("drop_partials", false)
                    .put("min_doc_count", 1)
                    .putObject("extended_bounds");
            return agg;
        }
        Group group = level.group();
        if (group.filters().isEmpty()) {
            ObjectNode agg = agg(level.id(), "terms", schema);
            agg.putObject("params")
                    .put("field", group.field())
                    .put("size", group.size())
                    .put("orderBy", mostFirst ? "1" : "_key")
                    .put("order", mostFirst ? "desc" : "asc")
                    .put("otherBucket", false)
                    .put("missingBucket", false)
                    .put("customLabel", group.label());
            return agg;
        }
        ObjectNode agg = agg(level.id(), "filters", schema);
        ArrayNode filters = agg.putObject("params").putArray("filters");
        group.filters().forEach(filter -> filters.addObject()
                .put("label", filter.name())
                .putObject("input")
                .put("query", filter.query())
                .put("language", "lucene"));
        return agg;
    }

    private static ObjectNode agg(String id, String type, String schema) {
        return JSON.objectNode()
                .put("id", id)
                .put("enabled", true)
                .put("type", type)
                .put("schema", schema);
    }

    private static ObjectNode params(Panel panel) {
        ObjectNode params = JSON.objectNode();
        switch (panel.kind()) {
            case NUMBER -> {
                params.put("addTooltip", true).put("addLegend", false).put("type", "metric");
                ObjectNode metric = params.putObject("metric");
                metric.put("percentageMode", false).put("useRanges", false).put("metricColorMode", "None");
                metric.putObject("labels").put("show", true);
                metric.putObject("style").put("fontSize", 36);
            }
            case TABLE ->
                params.put("perPage", 20)
                        .put("showPartialRows", false)
                        .put("showMetricsAtAllLevels", false)
                        .put("showTotal", false)
                        .put("totalFunc", "sum")
                        .put("percentageCol", "")
                        .put("autoFitRowToContent", true);
            case MATRIX -> matrix(panel, params);
            default -> timeline(params);
        }
        return params;
    }

    private static void matrix(Panel panel, ObjectNode params) {
        params.put("type", "heatmap")
                .put("addTooltip", true)
                .put("addLegend", true)
                .put("enableHover", false)
                .put("legendPosition", "right")
                .put("colorsNumber", 4)
                .put("colorSchema", "Yellow to Red")
                .put("invertColors", false)
                .put("percentageMode", false);
        params.putArray("times");
        ArrayNode ranges = params.putArray("colorsRange");
        boolean severities = SeverityColor.applyTo(panel);
        params.put("setColorRange", severities);
        if (severities) {
            for (SeverityColor severity : SeverityColor.values()) {
                ranges.addObject().put("from", severity.number()).put("to", severity.next());
            }
        }
        ObjectNode axis = params.putArray("valueAxes").addObject();
        axis.put("id", "ValueAxis-1").put("type", "value").put("show", false);
        axis.putObject("scale").put("type", "linear").put("defaultYExtents", false);
        axis.putObject("labels").put("show", true).put("rotate", 0).put("overwriteColor", false);
    }

    private static void timeline(ObjectNode params) {
        params.put("type", "histogram")
                .put("addTooltip", true)
                .put("addLegend", true)
                .put("legendPosition", "right")
                .put("addTimeMarker", false)
                .put("detailedTooltip", true);
        params.putArray("times");
        params.putObject("grid").put("categoryLines", false);
        params.putObject("labels").put("show", false);
        ObjectNode category = axis(params.putArray("categoryAxes"), "CategoryAxis-1", "category", "bottom");
        category.putObject("scale").put("type", "linear");
        category.putObject("title");
        ObjectNode value = axis(params.putArray("valueAxes"), "ValueAxis-1", "value", "left");
        value.put("name", "LeftAxis-1");
        value.putObject("scale").put("type", "linear").put("mode", "normal");
        value.putObject("title").put("text", "");
        ObjectNode series = params.putArray("seriesParams").addObject();
        series.put("show", true)
                .put("type", "histogram")
                .put("mode", "stacked")
                .put("valueAxis", "ValueAxis-1")
                .put("drawLinesBetweenPoints", true)
                .put("showCircles", true);
        series.putObject("data").put("id", "1").put("label", "Count");
    }

    private static ObjectNode axis(ArrayNode axes, String id, String type, String position) {
        ObjectNode axis = axes.addObject()
                .put("id", id)
                .put("type", type)
                .put("position", position)
                .put("show", true);
        axis.putObject("labels").put("show", true).put("filter", true).put("truncate", 100);
        return axis;
    }
}
