package io.meshdiag.sink.dashboard;

import java.util.List;

/**
 * One dashboard as its source file says it.
 *
 * @param id stable: Kibana's saved object id and Grafana's uid, so that an import replaces and links stay
 * @param answers the questions that it answers
 * @param from begin of the time that is shown at first, such as {@code now-24h}; the end is now
 */
public record Dashboard(String id, String title, String answers, String from, List<Panel> panels) {
    public Dashboard {
        panels = List.copyOf(panels);
    }
}
