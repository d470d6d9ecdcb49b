package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Panel.Function;
import io.meshdiag.sink.dashboard.Panel.Group;
import io.meshdiag.sink.dashboard.Panel.Kind;
import io.meshdiag.sink.dashboard.Panel.Metric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The search request that a panel makes, as Grafana's Elasticsearch data source and Kibana's aggregation-based visualisations build it of the same
 * source: bool.filter of time and query_string, aggregations nested in the order of the groups, the metrics innermost.
 *
 * @param panel whose answer is wanted
 * @param query of Lucene's syntax: the panel's own, or with a person's narrowing
 */
public record PanelQuery(Panel panel, String query) {
    /** Documents that a {@link Kind#LIST} shows at most. */
    static final int LIST_SIZE = 500;

    /** Field by which a list is sorted, highest first. */
    static final String LIST_ORDER = "event.severity";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    PanelQuery(Panel panel) {
        this(panel, panel.query());
    }

    /**
     * Body of {@code _search}.
     *
     * @param interval width of a timeline's bars, such as {@code 1h}
     */
    public ObjectNode search(Instant from, Instant to, String interval) {
        ObjectNode body = JSON.objectNode();
        var filter = body.putObject("query").putObject("bool").putArray("filter");
        filter.addObject()
                .putObject("range")
                .putObject(Index.TIME)
                .put("gte", from.toEpochMilli())
                .put("lte", to.toEpochMilli())
                .put("format", "epoch_millis");
        filter.add(queryString(query));
        if (panel.kind() == Kind.LIST) {
            body.put("size", LIST_SIZE);
            body.putArray("sort").addObject().putObject(LIST_ORDER).put("order", "desc");
            return body;
        }
        body.put("size", 0);
        ObjectNode parent = body;
        for (Level level : levels()) {
            ObjectNode aggregation = parent.putObject("aggs").putObject(level.id());
            aggregation.setAll(bucket(level, interval));
            parent = aggregation;
        }
        metrics(parent);
        return body;
    }

    /** Groups with their aggregation ids, outermost first: metrics have the ids 1 to n, groups follow. */
    List<Level> levels() {
        List<Level> levels = new ArrayList<>();
        int id = panel.metrics().size();
        for (Group group : panel.groups()) {
            id++;
            levels.add(new Level(Integer.toString(id), group));
        }
        if (panel.kind() == Kind.TIMELINE) {
            levels.add(new Level(Integer.toString(id + 1), null));
        }
        return levels;
    }

    /** True when groups are ordered by how many there are: in tables that count. Otherwise by name, as rows and columns of a matrix. */
    boolean mostFirst() {
        return panel.kind() != Kind.MATRIX && panel.metrics().get(0).function() == Function.COUNT;
    }

    private ObjectNode bucket(Level level, String interval) {
        ObjectNode node = JSON.objectNode();
        if (level.time()) {
            node.putObject("date_histogram")
                    .put("field", Index.TIME)
                    .put("fixed_interval", interval)
                    .put("min_doc_count", 0)
                    .put("format", "epoch_millis");
        } else if (level.group().filters().isEmpty()) {
            ObjectNode terms = node.putObject("terms")
                    .put("field", level.group().field())
                    .put("size", level.group().size());
            if (mostFirst()) {
                terms.putObject("order").put("_count", "desc");
            } else {
                terms.putObject("order").put("_key", "asc");
            }
        } else {
            ObjectNode filters = node.putObject("filters").putObject("filters");
            level.group().filters().forEach(each -> filters.set(each.name(), queryString(each.query())));
        }
        return node;
    }

    private void metrics(ObjectNode parent) {
        int id = 0;
        for (Metric metric : panel.metrics()) {
            id++;
            if (metric.function() != Function.COUNT) {
                parent.withObject("/aggs")
                        .putObject(Integer.toString(id))
                        .putObject(Words.lower(metric.function()))
                        .put("field", metric.field());
            }
        }
    }

    private static ObjectNode queryString(String query) {
        ObjectNode node = JSON.objectNode();
        node.putObject("query_string").put("analyze_wildcard", true).put("query", query);
        return node;
    }

    /** @param group null for the grouping by time */
    record Level(String id, Group group) {
        boolean time() {
            return group == null;
        }
    }
}
