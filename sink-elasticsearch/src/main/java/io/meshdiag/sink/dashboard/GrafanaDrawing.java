package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.sink.dashboard.Panel.Kind;

/** How each kind of panel is drawn by Grafana: field defaults and options. */
final class GrafanaDrawing {
    private GrafanaDrawing() {}

    static void defaults(Panel panel, ObjectNode defaults) {
        defaults.putArray("mappings");
        switch (panel.kind()) {
            case NUMBER -> {
                defaults.putObject("color").put("mode", "thresholds");
                step(thresholds(defaults), "text", null);
            }
            case MATRIX -> matrix(panel, defaults);
            case TIMELINE -> {
                ObjectNode custom = defaults.putObject("custom");
                custom.put("drawStyle", "bars").put("fillOpacity", 80).put("lineWidth", 0);
                custom.putObject("stacking").put("mode", "normal").put("group", "A");
            }
            default -> defaults.putObject("custom").put("align", "auto").put("inspect", false);
        }
    }

    private static void matrix(Panel panel, ObjectNode defaults) {
        ObjectNode custom = defaults.putObject("custom");
        custom.put("align", "center")
                .putObject("cellOptions")
                .put("type", "color-background")
                .put("mode", "basic");
        if (!SeverityColor.applyTo(panel)) {
            defaults.putObject("color").put("mode", "continuous-YlRd");
            return;
        }
        defaults.putObject("color").put("mode", "thresholds");
        ArrayNode steps = thresholds(defaults);
        step(steps, "transparent", null);
        ObjectNode mapping = defaults.withArray("/mappings").addObject().put("type", "value");
        ObjectNode words = mapping.putObject("options");
        for (SeverityColor severity : SeverityColor.values()) {
            step(steps, severity.color(), severity.number());
            int index = words.size();
            words.putObject(Integer.toString(severity.number()))
                    .put("text", Words.lower(severity))
                    .put("index", index);
        }
    }

    private static ArrayNode thresholds(ObjectNode defaults) {
        return defaults.putObject("thresholds").put("mode", "absolute").putArray("steps");
    }

    private static void step(ArrayNode steps, String color, Integer from) {
        steps.addObject().put("color", color).put("value", from);
    }

    static void options(Panel panel, ObjectNode options) {
        if (panel.kind() == Kind.NUMBER) {
            options.put("colorMode", "value")
                    .put("graphMode", "none")
                    .put("justifyMode", "auto")
                    .put("orientation", "auto")
                    .put("textMode", "value_and_name");
            ObjectNode reduce = options.putObject("reduceOptions");
            // Each row of the answer is a number of its own.
            reduce.put("values", true).put("fields", "");
            reduce.putArray("calcs").add("lastNotNull");
        } else if (panel.kind() == Kind.TIMELINE) {
            options.putObject("legend")
                    .put("displayMode", "list")
                    .put("placement", "right")
                    .put("showLegend", true)
                    .putArray("calcs");
            options.putObject("tooltip").put("mode", "multi").put("sort", "desc");
        } else {
            options.put("showHeader", true).put("cellHeight", "sm");
            if (panel.kind() == Kind.LIST) {
                options.putArray("sortBy")
                        .addObject()
                        .put("displayName", PanelQuery.LIST_ORDER)
                        .put("desc", true);
            }
        }
    }
}
