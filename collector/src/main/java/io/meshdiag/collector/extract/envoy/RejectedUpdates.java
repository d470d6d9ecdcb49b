package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.RejectedUpdate;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Gathers {@code error_state} (Envoy's UpdateFailureState). Of the refused configuration only the name is read. */
final class RejectedUpdates {
    private static final int MAX = 20;
    private static final int MAX_DETAILS = 2_000;

    private final List<RejectedUpdate> kept = new ArrayList<>();
    private int count;

    List<RejectedUpdate> kept() {
        return List.copyOf(kept);
    }

    int count() {
        return count;
    }

    /** Reads an element of a section that has nothing else of interest. */
    void look(String type, JsonCursor json) throws IOException, UnreadablePageException {
        Entry entry = entry(type);
        json.fields(key -> entry.field(key, json));
        close(entry);
    }

    Entry entry(String type) {
        return new Entry(type);
    }

    void close(Entry entry) {
        if (!entry.refused) {
            return;
        }
        count++;
        if (kept.size() < MAX) {
            kept.add(new RejectedUpdate(
                    entry.type,
                    Printable.shorten(entry.name, 500),
                    Redactor.clean(entry.details, MAX_DETAILS),
                    entry.lastAttempt));
        }
    }

    /** One element of a section while it is read. */
    static final class Entry {
        private final String type;
        private String name = "";
        private String details = "";
        private Instant lastAttempt;
        private boolean refused;

        private Entry(String type) {
            this.type = type;
        }

        void field(String key, JsonCursor json) throws IOException, UnreadablePageException {
            switch (key) {
                case "name" -> name = json.textOrEmpty();
                case "cluster", "routeconfig" -> nameOf(json);
                case "errorstate" -> {
                    refused = true;
                    json.fields(inner -> {
                        switch (inner) {
                            case "details" -> details = json.text() == null ? "" : json.text();
                            case "lastupdateattempt" -> lastAttempt = json.time();
                            case "failedconfiguration" -> nameOf(json);
                            default -> {}
                        }
                    });
                }
                default -> {}
            }
        }

        /** The name inside {@code active_state.listener}: older Envoys have none beside it. */
        void innerName(JsonCursor json) throws IOException, UnreadablePageException {
            json.fields(key -> {
                if (key.equals("listener")) {
                    nameOf(json);
                }
            });
        }

        private void nameOf(JsonCursor json) throws IOException, UnreadablePageException {
            json.fields(key -> {
                if (key.equals("name") && name.isEmpty()) {
                    name = json.textOrEmpty();
                }
            });
        }
    }
}
