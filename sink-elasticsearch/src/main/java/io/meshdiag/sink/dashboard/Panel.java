package io.meshdiag.sink.dashboard;

import java.util.List;

/**
 * One panel: what is asked of which index, and how the answer is drawn.
 *
 * @param id stable and unique over all dashboards
 * @param query Lucene's query syntax, the one language that both tools hand to the store unchanged
 * @param metrics what is computed per group; the first one orders groups and colours a matrix
 * @param groups outermost first; a {@link Kind#TIMELINE} is grouped by time below them
 * @param columns fields of a {@link Kind#LIST}; empty otherwise
 * @param width in 24ths of the page
 * @param height in rows of Grafana's grid, about 38 pixels
 */
public record Panel(
        String id,
        String title,
        String answers,
        Kind kind,
        Index index,
        String query,
        List<Metric> metrics,
        List<Group> groups,
        List<Column> columns,
        int width,
        int height) {
    public Panel {
        metrics = metrics == null ? List.of() : List.copyOf(metrics);
        groups = groups == null ? List.of() : List.copyOf(groups);
        columns = columns == null ? List.of() : List.copyOf(columns);
        String mistake =
                switch (kind) {
                    case NUMBER ->
                        groups.size() == 1 && !groups.get(0).filters().isEmpty() ? "" : "one group of filters";
                    case MATRIX -> groups.size() == 2 ? "" : "two groups: rows, then columns";
                    case TABLE -> groups.isEmpty() ? "at least one group" : "";
                    case LIST -> columns.isEmpty() ? "columns" : "";
                    case TIMELINE -> groups.size() == 1 ? "" : "one group";
                };
        if (mistake.isEmpty() && kind != Kind.LIST && metrics.isEmpty()) {
            mistake = "at least one metric";
        }
        if (!mistake.isEmpty()) {
            throw new IllegalArgumentException("panel " + id + ": a " + Words.lower(kind) + " needs " + mistake);
        }
    }

    /** How an answer is drawn. */
    public enum Kind {
        /** One number for each named filter. */
        NUMBER,
        /** Two groups, rows and columns, coloured by the metric. */
        MATRIX,
        /** A row for each combination of groups. */
        TABLE,
        /** Documents, the most severe first. */
        LIST,
        /** Stacked bars over time. */
        TIMELINE
    }

    /** How a value is shown. */
    public enum Format {
        PLAIN,
        /** A time as its distance from now: "in 12 days". */
        FROM_NOW
    }

    /** What is computed. */
    public enum Function {
        COUNT,
        MIN,
        MAX
    }

    /** @param field empty for a count */
    public record Metric(Function function, String field, String label, Format format) {
        public Metric {
            field = field == null ? "" : field;
            format = format == null ? Format.PLAIN : format;
        }
    }

    /**
     * Groups by the values of a field, or by named queries.
     *
     * @param field empty when grouped by queries
     * @param size most values
     * @param filters named queries; empty when grouped by a field
     */
    public record Group(String field, String label, int size, List<Filter> filters) {
        public Group {
            field = field == null ? "" : field;
            filters = filters == null ? List.of() : List.copyOf(filters);
        }
    }

    /** A query with the name under which its result is shown. */
    public record Filter(String name, String query) {}

    /** A field of a document. */
    public record Column(String field, String label, Format format) {
        public Column {
            format = format == null ? Format.PLAIN : format;
        }
    }
}
