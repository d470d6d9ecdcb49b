package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.sink.dashboard.PanelQuery.Level;
import io.meshdiag.sink.store.Store;
import io.meshdiag.sink.store.StoreResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a panel shows: rows of a table as one line each, "west east 21". */
final class Answer {
    private Answer() {}

    static List<String> of(Store store, String index, PanelQuery query, Instant now) throws IOException {
        String body = query.search(now.minus(Duration.ofDays(3650)), now, "1h").toString();
        StoreResponse answer = store.request("POST", "/" + index + "/_search", body);
        if (!answer.ok()) {
            throw new IOException(query.panel().id() + ": " + answer.json());
        }
        List<String> rows = new ArrayList<>();
        if (query.panel().kind() == Panel.Kind.LIST) {
            for (JsonNode hit : answer.json().at("/hits/hits")) {
                rows.add(row(query.panel(), hit.path("_source")));
            }
        } else {
            rows("", answer.json().path("aggregations"), query, query.levels(), rows);
        }
        return rows;
    }

    private static String row(Panel panel, JsonNode document) {
        List<String> cells = new ArrayList<>();
        for (Panel.Column column : panel.columns()) {
            JsonNode value = document.at("/" + column.field().replace('.', '/'));
            cells.add(value.isArray() ? value.toString() : value.asText());
        }
        return String.join(" | ", cells);
    }

    private static void rows(String before, JsonNode parent, PanelQuery query, List<Level> levels, List<String> rows) {
        if (levels.isEmpty()) {
            rows.add(before + metrics(parent, query));
            return;
        }
        List<Level> below = levels.subList(1, levels.size());
        JsonNode buckets = parent.path(levels.get(0).id()).path("buckets");
        if (buckets.isArray()) {
            for (JsonNode bucket : buckets) {
                String key = bucket.path("key").asText();
                String name = levels.get(0).time()
                        ? Instant.ofEpochMilli(Long.parseLong(key)).toString()
                        : key;
                rows(before + name + " ", bucket, query, below, rows);
            }
        } else {
            for (Map.Entry<String, JsonNode> bucket : buckets.properties()) {
                rows(before + bucket.getKey() + " ", bucket.getValue(), query, below, rows);
            }
        }
    }

    private static String metrics(JsonNode bucket, PanelQuery query) {
        List<String> values = new ArrayList<>();
        int id = 0;
        for (Panel.Metric metric : query.panel().metrics()) {
            id++;
            JsonNode value = metric.function() == Panel.Function.COUNT
                    ? bucket.path("doc_count")
                    : bucket.path(Integer.toString(id)).path("value");
            boolean time = metric.format() == Panel.Format.FROM_NOW && value.isNumber();
            values.add(time ? Instant.ofEpochMilli(value.asLong()).toString() : shown(value));
        }
        return String.join(" ", values);
    }

    private static String shown(JsonNode value) {
        return value.isNumber() ? Long.toString(value.asLong()) : "-";
    }
}
