package io.meshdiag.sink.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Panel.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds for every dashboard, without a server: panels read fields that exist, and both tools ask what {@link PanelQuery} asks. */
class DashboardsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FIELD = Pattern.compile("(?:_exists_:)?([a-z@][a-z0-9_.@]*)(?=:|\\b)(:)?");
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private final List<Dashboard> dashboards = Sources.dashboards();
    private final List<Panel> panels = dashboards.stream()
            .flatMap(dashboard -> dashboard.panels().stream())
            .toList();

    @Test
    void everyFieldOfAPanelIsMapped() throws IOException {
        Set<String> mapped = new HashSet<>();
        for (String component : List.of("common", "findings", "facts")) {
            try (InputStream in = Sources.class.getResourceAsStream("../setup/component-" + component + ".json")) {
                fields("", JSON.readTree(in).at("/template/mappings"), mapped);
            }
        }

        for (Panel panel : panels) {
            assertThat(mapped).as("panel %s", panel.id()).containsAll(fieldsOf(panel));
        }
    }

    @Test
    void idsOfPanelsAreUnique() {
        assertThat(panels).extracting(Panel::id).doesNotHaveDuplicates();
        assertThat(dashboards).extracting(Dashboard::id).doesNotHaveDuplicates();
    }

    @Test
    void everyPanelSaysWhatItAnswers() {
        assertThat(panels).allSatisfy(panel -> {
            assertThat(panel.answers()).endsWith(".");
            assertThat(panel.width()).isBetween(4, Flow.COLUMNS);
        });
    }

    @Test
    void referencesOfSavedObjectsLeadToObjectsOfTheSameFile() {
        List<ObjectNode> objects = new KibanaObjects("meshdiag-").objects(dashboards);
        List<String> ids = objects.stream()
                .map(o -> o.path("type").asText() + " " + o.path("id").asText())
                .toList();

        List<String> references = new ArrayList<>();
        objects.forEach(o -> o.path("references")
                .forEach(r -> references.add(
                        r.path("type").asText() + " " + r.path("id").asText())));

        assertThat(ids).doesNotHaveDuplicates().containsAll(references);
        assertThat(references).hasSize(2 * panels.size());
    }

    @Test
    void everyPanelOfAKibanaDashboardNamesItsReference() throws IOException {
        for (ObjectNode object : new KibanaObjects("meshdiag-").objects(dashboards)) {
            if (object.path("type").asText().equals("dashboard")) {
                List<String> names = new ArrayList<>();
                object.path("references").forEach(r -> names.add(r.path("name").asText()));
                for (JsonNode panel :
                        JSON.readTree(object.at("/attributes/panelsJSON").asText())) {
                    assertThat(names)
                            .contains(panel.path("panelIndex").asText() + ":"
                                    + panel.path("panelRefName").asText());
                    assertThat(panel.at("/gridData/x").asInt()
                                    + panel.at("/gridData/w").asInt())
                            .isLessThanOrEqualTo(48);
                }
            }
        }
    }

    @Test
    void dataViewsFollowThePrefixOfTheIndices() {
        assertThat(new KibanaObjects("acme-").objects(dashboards))
                .filteredOn(object -> object.path("type").asText().equals("index-pattern"))
                .extracting(object -> object.at("/attributes/title").asText())
                .containsExactly("acme-findings", "acme-finding-history", "acme-heartbeats", "acme-config-snapshots");
    }

    @Test
    void onlyTheHistoryIsFilteredByTimeInKibana() {
        assertThat(new KibanaObjects("meshdiag-").objects(dashboards))
                .filteredOn(object -> object.path("attributes").has("timeFieldName"))
                .extracting(object -> object.path("id").asText())
                .containsExactly("meshdiag-finding-history");
    }

    @Test
    void kibanaAsksWhatIsExecutedInTests() throws IOException {
        List<ObjectNode> objects = new KibanaObjects("meshdiag-").objects(dashboards);
        for (Panel panel : panels) {
            ObjectNode object = objects.stream()
                    .filter(o -> o.path("id").asText().equals("meshdiag-panel-" + panel.id()))
                    .findFirst()
                    .orElseThrow();
            JsonNode source = JSON.readTree(object.at("/attributes/kibanaSavedObjectMeta/searchSourceJSON")
                    .asText());
            assertThat(source.at("/query/query").asText()).isEqualTo(panel.query());
            assertThat(source.at("/query/language").asText()).isEqualTo("lucene");
            if (panel.kind() != Kind.LIST) {
                List<String> asked = new ArrayList<>();
                for (JsonNode agg : JSON.readTree(
                                object.at("/attributes/visState").asText())
                        .path("aggs")) {
                    JsonNode params = agg.path("params");
                    asked.add(asked(
                            agg.path("id").asText(),
                            agg.path("type").asText(),
                            params.path("field").asText(),
                            params.path("size").asText(),
                            params.at("/filters/0/input/query").asText()));
                }
                assertThat(asked).as(panel.id()).containsExactlyInAnyOrderElementsOf(executed(panel));
            }
        }
    }

    @Test
    void grafanaAsksWhatIsExecutedInTests() {
        for (Panel panel : panels) {
            JsonNode target = GrafanaPanel.of(panel).at("/targets/0");
            assertThat(target.path("query").asText()).startsWith("(" + panel.query() + ") AND ");
            if (panel.kind() != Kind.LIST) {
                List<String> asked = new ArrayList<>();
                for (JsonNode metric : target.path("metrics")) {
                    asked.add(asked(
                            metric.path("id").asText(),
                            metric.path("type").asText(),
                            metric.path("field").asText(),
                            "",
                            ""));
                }
                for (JsonNode bucket : target.path("bucketAggs")) {
                    asked.add(asked(
                            bucket.path("id").asText(),
                            bucket.path("type").asText(),
                            bucket.path("field").asText(),
                            bucket.at("/settings/size").asText(),
                            bucket.at("/settings/filters/0/query").asText()));
                }
                assertThat(asked).as(panel.id()).containsExactlyInAnyOrderElementsOf(executed(panel));
            }
        }
    }

    /** Aggregations of the request, one line each; a count is none, but both tools want it named. */
    private static List<String> executed(Panel panel) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < panel.metrics().size(); i++) {
            if (panel.metrics().get(i).field().isEmpty()) {
                lines.add(asked(Integer.toString(i + 1), "count", "", "", ""));
            }
        }
        collect(new PanelQuery(panel).search(NOW, NOW, "1h"), lines);
        return lines;
    }

    private static void collect(JsonNode parent, List<String> lines) {
        parent.path("aggs").properties().forEach(entry -> {
            JsonNode agg = entry.getValue();
            String type = agg.properties().stream()
                    .map(java.util.Map.Entry::getKey)
                    .filter(name -> !name.equals("aggs"))
                    .findFirst()
                    .orElseThrow();
            JsonNode body = agg.path(type);
            JsonNode filters = body.path("filters");
            String first = filters.isEmpty()
                    ? ""
                    : filters.elements().next().at("/query_string/query").asText();
            lines.add(asked(
                    entry.getKey(),
                    type,
                    body.path("field").asText(),
                    body.path("size").asText(),
                    first));
            collect(agg, lines);
        });
    }

    private static String asked(String id, String type, String field, String size, String firstFilter) {
        return String.join(" ", id, type, field, size, firstFilter);
    }

    private static Set<String> fieldsOf(Panel panel) {
        Set<String> fields = new HashSet<>();
        panel.columns().forEach(column -> fields.add(column.field()));
        panel.metrics().forEach(metric -> fields.add(metric.field()));
        queried(panel.query(), fields);
        panel.groups().forEach(group -> {
            fields.add(group.field());
            group.filters().forEach(filter -> queried(filter.query(), fields));
        });
        panel.index().variables().forEach(variable -> fields.add(variable.field()));
        fields.remove("");
        return fields;
    }

    private static void queried(String query, Set<String> fields) {
        Matcher matcher = FIELD.matcher(query);
        while (matcher.find()) {
            boolean existence = matcher.group().startsWith("_exists_:");
            if (existence || matcher.group(2) != null) {
                fields.add(matcher.group(1));
            }
        }
    }

    private static void fields(String path, JsonNode mapping, Set<String> mapped) {
        mapping.path("properties").properties().forEach(entry -> {
            String field = path + entry.getKey();
            mapped.add(field);
            fields(field + ".", entry.getValue(), mapped);
        });
    }
}
