package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.cluster.watch.WatchedKind;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.ObjectFacts;
import io.meshdiag.collector.live.Book;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Facts that objects show by themselves: told at the change, and kept, because the objects are not. Not thread-safe. */
final class OwnFacts {
    private record ObjectKey(WatchedKind kind, String namespace, String name) {}

    private final Book book;
    private final Map<ObjectKey, List<SpecificRecord>> told = new HashMap<>();
    private final Set<WatchedKind> kinds = new HashSet<>();

    OwnFacts(Book book) {
        this.book = book;
    }

    /** Tells what an object shows now; what it showed before and does not show any more is gone. */
    void changed(WatchedKind kind, KubernetesObject object, Origin now) {
        List<SpecificRecord> facts = new ArrayList<>();
        ObjectFacts.extract(object, now, facts::add);
        kinds.add(kind);
        ObjectKey key = new ObjectKey(kind, object.namespace(), object.name());
        List<SpecificRecord> before = facts.isEmpty() ? told.remove(key) : told.put(key, List.copyOf(facts));
        facts.forEach(book::accept);
        if (before != null) {
            Set<FactKey> shown = keys(facts);
            shown.addAll(shownElsewhere(key));
            keys(before).stream().filter(k -> !shown.contains(k)).forEach(book::gone);
        }
    }

    /** Two watches may show one object, for example the ConfigMap istio-ca-root-cert of istiod's own namespace: it is gone when both say so. */
    private Set<FactKey> shownElsewhere(ObjectKey key) {
        return kinds.stream()
                .filter(kind -> !kind.equals(key.kind()))
                .filter(kind -> kind.group().equals(key.kind().group())
                        && kind.plural().equals(key.kind().plural()))
                .map(kind -> told.get(new ObjectKey(kind, key.namespace(), key.name())))
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .map(Facts::key)
                .collect(Collectors.toSet());
    }

    void deleted(WatchedKind kind, String namespace, String name) {
        ObjectKey key = new ObjectKey(kind, namespace, name);
        List<SpecificRecord> before = told.remove(key);
        if (before != null) {
            Set<FactKey> shown = shownElsewhere(key);
            keys(before).stream().filter(k -> !shown.contains(k)).forEach(book::gone);
        }
    }

    /** There are no objects of this kind any more. */
    void deleted(WatchedKind kind) {
        List<ObjectKey> objects =
                told.keySet().stream().filter(key -> key.kind().equals(kind)).toList();
        objects.forEach(key -> deleted(kind, key.namespace(), key.name()));
    }

    /** All objects of a kind were seen: what a collector before told of others is gone. */
    void sweep(WatchedKind kind, Predicate<FactKey> ours) {
        Set<FactKey> known = told.values().stream()
                .flatMap(facts -> keys(facts).stream())
                .filter(key -> ShownKeys.by(kind, key))
                .collect(Collectors.toSet());
        book.gone(key -> ShownKeys.by(kind, key) && ours.test(key) && !known.contains(key));
    }

    /** Presents one part of all facts to the book again, of kinds that are still watched. */
    void refresh(int part, int parts, Predicate<WatchedKind> current, Instant now) {
        told.forEach((key, facts) -> {
            if (Math.floorMod(key.hashCode(), parts) == part && current.test(key.kind())) {
                facts.forEach(fact -> book.accept(at(now, fact)));
            }
        });
    }

    /** The same fact at another time, which its hash does not cover. The older one may still be on its way. */
    private static SpecificRecord at(Instant now, SpecificRecord fact) {
        SpecificRecord later = (SpecificRecord) SpecificData.newInstance(fact.getClass(), fact.getSchema());
        fact.getSchema().getFields().forEach(field -> later.put(field.pos(), fact.get(field.pos())));
        later.put(
                0, FactHeader.newBuilder(Facts.header(fact)).setObservedAt(now).build());
        return later;
    }

    private static Set<FactKey> keys(List<SpecificRecord> facts) {
        return facts.stream().map(Facts::key).collect(Collectors.toSet());
    }
}
