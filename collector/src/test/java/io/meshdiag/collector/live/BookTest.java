package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class BookTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration REFRESH = Duration.ofMinutes(10);

    private final RecordedFacts readers = new RecordedFacts();
    private final Book book = new Book(readers, REFRESH);

    @Test
    void tellsWhatIsNewAndWhatChanged() {
        book.accept(namespace("shop", 1, NOON));
        book.accept(namespace("shop", 1, NOON.plusSeconds(60)));
        book.accept(namespace("shop", 2, NOON.plusSeconds(120)));

        assertThat(readers.only(NamespaceProfile.class))
                .extracting(NamespaceProfile::getPodsWithProxy)
                .containsExactly(1, 2);
    }

    @Test
    void tellsUnchangedFactsAgainWithinTheRefreshButNotMuchEarlier() {
        book.accept(namespace("shop", 1, NOON));
        book.accept(namespace("shop", 1, NOON.plus(REFRESH.multipliedBy(3).dividedBy(4))));
        assertThat(readers.all()).hasSize(1);

        book.accept(namespace("shop", 1, NOON.plus(REFRESH)));
        assertThat(readers.all()).hasSize(2);
    }

    @Test
    void aClockThatWasSetBackDoesNotStopTheRefresh() {
        Instant yesterday = NOON.minus(Duration.ofDays(1));
        book.accept(namespace("shop", 1, NOON));

        book.accept(namespace("shop", 1, yesterday));
        book.accept(namespace("shop", 1, yesterday.plusSeconds(1)));
        book.accept(namespace("shop", 1, yesterday.plus(REFRESH)));

        assertThat(readers.all())
                .extracting(fact -> Facts.header(fact).getObservedAt())
                .containsExactly(NOON, yesterday, yesterday.plus(REFRESH));
    }

    @Test
    void saysSinceWhenASubjectIsAsItIs() {
        book.accept(namespace("shop", 1, NOON));
        book.accept(namespace("shop", 1, NOON.plusSeconds(300)));
        book.accept(namespace("shop", 1, NOON.plus(REFRESH)));
        book.accept(namespace("shop", 2, NOON.plusSeconds(700)));

        assertThat(readers.all())
                .extracting(fact -> Facts.header(fact).getUnchangedSince())
                .containsExactly(NOON, NOON, NOON.plusSeconds(700));
    }

    @Test
    void doesNotSayThatItWasSoWhileNobodyLooked() {
        book.accept(namespace("shop", 1, NOON));
        book.accept(namespace("shop", 1, NOON.plus(REFRESH.multipliedBy(2))));

        assertThat(readers.all())
                .extracting(fact -> Facts.header(fact).getUnchangedSince())
                .containsExactly(NOON, NOON.plus(REFRESH.multipliedBy(2)));
    }

    @Test
    void aCompleteLookSaysThatWhatItDidNotShowIsGone() {
        book.accept(namespace("shop", 1, NOON));
        book.accept(namespace("bank", 1, NOON));

        Book.Look look = book.look(key -> true);
        look.accept(namespace("bank", 1, NOON.plusSeconds(1)));
        look.complete();

        assertThat(readers.calls()).endsWith("tombstone " + key("shop"));
        assertThat(book.subjects()).containsEntry("NamespaceProfile", 1L);
    }

    @Test
    void aLookThatWasCutShortProvesNoAbsence() {
        book.accept(namespace("shop", 1, NOON));

        book.look(key -> true).accept(namespace("bank", 1, NOON));

        assertThat(book.subjects()).containsEntry("NamespaceProfile", 2L);
    }

    @Test
    void whatAnEarlierCollectorLeftIsSweptLikeItsOwn() {
        book.inherit(List.of(key("shop"), key("bank")));

        Book.Look look = book.look(key -> true);
        look.accept(namespace("bank", 1, NOON));
        look.complete();

        assertThat(readers.calls()).containsExactly("NamespaceProfile", "tombstone " + key("shop"));
    }

    @Test
    void aLookThatWasCompleteBeforeTheInheritanceWasKnownSweepsItToo() {
        Book.Look onlyList = book.look(key -> !key.subject().equals(List.of("unwatched")));
        onlyList.accept(namespace("bank", 1, NOON));
        onlyList.complete();

        book.inherit(List.of(key("shop"), key("bank"), key("unwatched")));

        assertThat(readers.calls()).containsExactly("NamespaceProfile", "tombstone " + key("shop"));
        assertThat(book.subjects()).containsEntry("NamespaceProfile", 2L);
    }

    @Test
    void aFactThatReadersCouldNotBeToldIsNotCountedAndToldAgain() {
        book.accept(namespace("shop", 1, NOON));
        book.lost(key("shop"));
        assertThat(book.subjects()).isEmpty();

        book.accept(namespace("shop", 1, NOON.plusSeconds(1)));

        assertThat(readers.all()).hasSize(2);
        assertThat(book.subjects()).containsEntry("NamespaceProfile", 1L);
    }

    @Test
    void aFactThatIsRefusedIsNeitherCountedNorGone() {
        Book refusing = new Book(new Refusing(), REFRESH);
        Book.Look look = refusing.look(key -> true);
        look.accept(namespace("shop", 1, NOON));
        look.complete();

        refusing.inherit(List.of(key("shop")));

        assertThat(refusing.subjects()).isEmpty();
    }

    private static NamespaceProfile namespace(String name, int pods, Instant at) {
        FactHeader header = TestPages.ORIGIN.header();
        header.setObservedAt(at);
        return Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(header)
                .setName(name)
                .setPodsWithProxy(pods)
                .build());
    }

    private static FactKey key(String name) {
        return Facts.key(namespace(name, 0, NOON));
    }

    /** Takes nothing, and nothing may be said to be gone. */
    private static final class Refusing implements FactPublisher {
        @Override
        public Outcome publish(SpecificRecord fact) {
            return Outcome.REFUSED;
        }

        @Override
        public void tombstone(FactKey key) {
            throw new AssertionError("it is there: " + key);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
