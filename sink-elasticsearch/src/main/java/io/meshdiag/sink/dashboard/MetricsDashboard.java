package io.meshdiag.sink.dashboard;

import java.util.List;

/** A dashboard over Prometheus, for Grafana: how Meshdiag itself does. */
public record MetricsDashboard(String id, String title, String answers, String from, List<MetricsPanel> panels) {
    public MetricsDashboard {
        panels = List.copyOf(panels);
    }

    /**
     * One chart.
     *
     * @param expr PromQL
     * @param legend Grafana's template of a series' name
     * @param unit Grafana's id of a unit, such as {@code bytes}
     */
    public record MetricsPanel(
            String id, String title, String answers, String expr, String legend, String unit, int width, int height) {}
}
