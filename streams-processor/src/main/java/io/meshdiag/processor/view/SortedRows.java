package io.meshdiag.processor.view;

import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.schema.FactKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Rows grouped by record class and cluster, sorted by key whatever order they came in. Built once per evaluation, then only read. */
final class SortedRows {
    private static final Comparator<Row<?>> BY_KEY =
            Comparator.comparing((Row<?> row) -> row.key().cluster()).thenComparing(Row::key, SortedRows::bySubject);

    private final Map<Class<?>, List<Row<?>>> byKind = new HashMap<>();
    private final Map<Class<?>, Map<String, List<Row<?>>>> byCluster = new HashMap<>();

    SortedRows(Collection<? extends Row<?>> rows) {
        for (Row<?> row : rows) {
            byKind.computeIfAbsent(row.fact().getClass(), k -> new ArrayList<>())
                    .add(row);
        }
        byKind.forEach((kind, list) -> {
            list.sort(BY_KEY);
            Map<String, List<Row<?>>> clusters = new HashMap<>();
            for (Row<?> row : list) {
                clusters.computeIfAbsent(row.key().cluster(), c -> new ArrayList<>())
                        .add(row);
            }
            clusters.replaceAll((c, of) -> List.copyOf(of));
            byCluster.put(kind, clusters);
        });
        byKind.replaceAll((kind, list) -> List.copyOf(list));
    }

    <T extends SpecificRecord> List<Row<T>> of(Class<T> kind) {
        return typed(byKind.getOrDefault(kind, List.of()));
    }

    <T extends SpecificRecord> List<Row<T>> of(Class<T> kind, String clusterSegment) {
        return typed(byCluster.getOrDefault(kind, Map.of()).getOrDefault(clusterSegment, List.of()));
    }

    // Safe: a list holds facts of exactly the class that it is filed under.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T extends SpecificRecord> List<Row<T>> typed(List<Row<?>> rows) {
        return (List) rows;
    }

    /** Segment by segment: cheaper than comparing keys as text, and "a" stays before "a-b" although '-' sorts before '/'. */
    private static int bySubject(FactKey left, FactKey right) {
        Iterator<String> a = left.subject().iterator();
        Iterator<String> b = right.subject().iterator();
        while (a.hasNext() && b.hasNext()) {
            int order = a.next().compareTo(b.next());
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(a.hasNext(), b.hasNext());
    }
}
