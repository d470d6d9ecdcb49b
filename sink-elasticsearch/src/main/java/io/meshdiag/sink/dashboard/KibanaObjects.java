package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Panel.Column;
import io.meshdiag.sink.dashboard.Panel.Format;
import io.meshdiag.sink.dashboard.Panel.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Kibana's saved objects, one JSON object a line, as its export writes them and its import reads them.
 *
 * <p>Versions are those that Kibana 8.8 writes or older, the first that has {@code typeMigrationVersion}: every later one migrates them when it imports. Panels
 * are aggregation-based visualisations: their format has been still since 7.x, it says what it asks in a few lines, and Elastic keeps it for all of 9.x
 * (elastic/kibana#198136 plans its removal for 10.0), while Lens' state is some hundred lines a panel and changes with minor versions.
 */
public final class KibanaObjects {
    private static final String CORE_VERSION = "8.8.0";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String indexPrefix;

    /** @param indexPrefix prefix of the sink's indices, {@code meshdiag-} unless configured otherwise */
    public KibanaObjects(String indexPrefix) {
        this.indexPrefix = indexPrefix;
    }

    /** Data views first, then each dashboard behind its panels, so that references lead to what is there already. */
    public List<ObjectNode> objects(List<Dashboard> dashboards) {
        List<ObjectNode> objects = new ArrayList<>();
        for (Index index : Index.values()) {
            objects.add(dataView(index, dashboards));
        }
        for (Dashboard dashboard : dashboards) {
            dashboard.panels().forEach(panel -> objects.add(panel(panel)));
            objects.add(dashboard(dashboard));
        }
        return objects;
    }

    /** {@link #objects} as a file. */
    public String ndjson(List<Dashboard> dashboards) {
        StringBuilder lines = new StringBuilder();
        objects(dashboards).forEach(object -> lines.append(object).append('\n'));
        return lines.toString();
    }

    private ObjectNode dataView(Index index, List<Dashboard> dashboards) {
        ObjectNode formats = JSON.objectNode();
        for (String field : fromNow(index, dashboards)) {
            formats.putObject(field).put("id", "relative_date");
        }
        ObjectNode attributes = JSON.objectNode()
                .put("title", indexPrefix + index.alias())
                .put("name", "Meshdiag " + index.alias())
                .put("fieldFormatMap", formats.toString())
                .put("fields", "[]");
        if (index.timed()) {
            attributes.put("timeFieldName", Index.TIME);
        }
        return object("index-pattern", "8.0.0", dataViewId(index), attributes);
    }

    private static Set<String> fromNow(Index index, List<Dashboard> dashboards) {
        Set<String> fields = new TreeSet<>();
        dashboards.stream()
                .flatMap(d -> d.panels().stream())
                .filter(p -> p.index() == index)
                .forEach(panel -> {
                    panel.columns().stream()
                            .filter(c -> c.format() == Format.FROM_NOW)
                            .forEach(c -> fields.add(c.field()));
                    panel.metrics().stream()
                            .filter(m -> m.format() == Format.FROM_NOW)
                            .forEach(m -> fields.add(m.field()));
                });
        return fields;
    }

    private static ObjectNode panel(Panel panel) {
        ObjectNode attributes =
                JSON.objectNode().put("title", "Meshdiag: " + panel.title()).put("description", panel.answers());
        if (panel.kind() == Kind.LIST) {
            panel.columns().stream().map(Column::field).forEach(attributes.putArray("columns")::add);
            attributes.putArray("sort").addArray().add(PanelQuery.LIST_ORDER).add("desc");
        } else {
            attributes
                    .put("visState", KibanaVisualisation.state(panel).toString())
                    .put("uiStateJSON", "{}")
                    .put("version", 1);
        }
        ObjectNode source = JSON.objectNode();
        source.putObject("query").put("query", panel.query()).put("language", "lucene");
        source.putArray("filter");
        source.put("indexRefName", "kibanaSavedObjectMeta.searchSourceJSON.index");
        attributes.putObject("kibanaSavedObjectMeta").put("searchSourceJSON", source.toString());
        boolean list = panel.kind() == Kind.LIST;
        ObjectNode object = object(type(panel), list ? "7.9.3" : "8.5.0", panelId(panel), attributes);
        reference(object, "kibanaSavedObjectMeta.searchSourceJSON.index", "index-pattern", dataViewId(panel.index()));
        return object;
    }

    private static ObjectNode dashboard(Dashboard dashboard) {
        ArrayNode panels = JSON.arrayNode();
        ObjectNode attributes = JSON.objectNode()
                .put("title", dashboard.title())
                .put("description", dashboard.answers())
                .put("timeRestore", true)
                .put("timeFrom", dashboard.from())
                .put("timeTo", "now")
                .put("version", 1);
        attributes
                .putObject("kibanaSavedObjectMeta")
                .put("searchSourceJSON", "{\"query\":{\"query\":\"\",\"language\":\"kuery\"},\"filter\":[]}");
        attributes.put(
                "optionsJSON",
                "{\"useMargins\":true,\"syncColors\":false,\"syncCursor\":true,\"syncTooltips\":false,\"hidePanelTitles\":false}");
        ObjectNode object = object("dashboard", "8.7.0", dashboard.id(), attributes);
        Flow flow = new Flow();
        for (Panel panel : dashboard.panels()) {
            ObjectNode placed = panels.addObject().put("version", CORE_VERSION).put("type", type(panel));
            flow.next(panel.width(), panel.height()).finer().writeTo(placed.putObject("gridData"));
            placed.withObject("/gridData").put("i", panel.id());
            placed.put("panelIndex", panel.id()).put("title", panel.title());
            placed.putObject("embeddableConfig").putObject("enhancements");
            placed.put("panelRefName", "panel_" + panel.id());
            reference(object, panel.id() + ":panel_" + panel.id(), type(panel), panelId(panel));
        }
        attributes.put("panelsJSON", panels.toString());
        return object;
    }

    private static ObjectNode object(String type, String typeVersion, String id, ObjectNode attributes) {
        ObjectNode object = JSON.objectNode()
                .put("type", type)
                .put("id", id)
                .put("coreMigrationVersion", CORE_VERSION)
                .put("typeMigrationVersion", typeVersion)
                .put("managed", false);
        object.set("attributes", attributes);
        object.putArray("references");
        return object;
    }

    private static void reference(ObjectNode object, String name, String type, String id) {
        object.withArray("/references")
                .addObject()
                .put("name", name)
                .put("type", type)
                .put("id", id);
    }

    private static String type(Panel panel) {
        return panel.kind() == Kind.LIST ? "search" : "visualization";
    }

    private static String panelId(Panel panel) {
        return "meshdiag-panel-" + panel.id();
    }

    private static String dataViewId(Index index) {
        return "meshdiag-" + index.alias();
    }
}
