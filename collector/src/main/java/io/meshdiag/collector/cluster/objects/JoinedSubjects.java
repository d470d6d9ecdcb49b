package io.meshdiag.collector.cluster.objects;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.kubernetes.Inventory;
import io.meshdiag.collector.extract.kubernetes.JoinedFacts;
import io.meshdiag.collector.extract.kubernetes.Subject;
import io.meshdiag.collector.live.Book;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Facts that join objects: which of them have to be made anew, and from when on they can be made at all. Not thread-safe. */
final class JoinedSubjects {
    private final Inventory inventory;
    private final JoinedFacts facts;
    private final Listings listings;
    private final Book book;
    private final Predicate<FactKey> ours;
    private final Unmade unmade;
    private final Map<FactKind, Set<Subject>> dirty = new EnumMap<>(FactKind.class);
    /** Kinds whose facts were all told once. */
    private final Set<FactKind> told = EnumSet.noneOf(FactKind.class);

    JoinedSubjects(
            Inventory inventory,
            JoinedFacts facts,
            Listings listings,
            Book book,
            Predicate<FactKey> ours,
            Unmade unmade) {
        this.inventory = inventory;
        this.facts = facts;
        this.listings = listings;
        this.book = book;
        this.ours = ours;
        this.unmade = unmade;
        facts.kinds().forEach(kind -> dirty.put(kind, new LinkedHashSet<>()));
    }

    /** What a fact needs besides objects changed. */
    void touched(Subject subject) {
        dirty.get(subject.kind()).add(subject);
    }

    /** Tells what changed, as far as it can be told already. */
    void settle(Origin now) {
        inventory.takeChanges().forEach(subject -> dirty.get(subject.kind()).add(subject));
        for (FactKind kind : facts.kinds()) {
            if (told.contains(kind)) {
                tell(dirty.get(kind), now);
            } else if (Needs.of(kind).met(listings)) {
                tellAll(kind, now);
                told.add(kind);
            }
        }
    }

    /** A subject stays dirty until it was told. */
    private void tell(Set<Subject> subjects, Origin now) {
        for (Iterator<Subject> each = subjects.iterator(); each.hasNext(); each.remove()) {
            Subject subject = each.next();
            make(subject, now, fact -> fact.ifPresentOrElse(book::accept, () -> book.gone(subject.key(now))));
        }
    }

    /** What cannot be made stays as readers know it. */
    private void make(Subject subject, Origin now, Consumer<Optional<SpecificRecord>> teller) {
        Optional<SpecificRecord> fact;
        try {
            fact = facts.fact(subject, now);
        } catch (RuntimeException e) {
            unmade.failed(subject.key(now), e);
            return;
        }
        unmade.made(subject.key(now), now.observedAt());
        teller.accept(fact);
    }

    /** The first time; what a collector before told of other subjects is gone. */
    private void tellAll(FactKind kind, Origin now) {
        Book.Look look = book.look(key -> key.kind() == kind && ours.test(key) && !unmade.contains(key));
        facts.subjects(kind).forEach(subject -> make(subject, now, fact -> fact.ifPresent(look::accept)));
        look.complete();
        dirty.get(kind).clear();
    }

    /** True when every kind was told once, or cannot be. */
    boolean settled() {
        return facts.kinds().stream()
                .allMatch(kind -> told.contains(kind)
                        ? dirty.get(kind).isEmpty()
                        : Needs.of(kind).decided(listings) && !Needs.of(kind).met(listings));
    }

    /** Presents one part of all subjects to the book again: those whose objects are still watched. */
    void refresh(int part, int parts, Origin now) {
        for (FactKind kind : told) {
            if (Needs.of(kind).current(listings)) {
                Stream<Subject> due =
                        facts.subjects(kind).filter(subject -> Math.floorMod(subject.hashCode(), parts) == part);
                tell(new LinkedHashSet<>(due.toList()), now);
            }
        }
    }
}
