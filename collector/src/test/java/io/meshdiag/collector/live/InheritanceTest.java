package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.publish.PublishedCluster;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InheritanceTest {
    private static final String EAST = "mesh1/east@0a1b2c3d";
    private static final String TWIN = "mesh1/twin@0a1b2c3d";

    private final RecordedFacts told = new RecordedFacts();
    private final SourceBoard board = new SourceBoard();
    private final Map<String, Instant> heartbeats = new HashMap<>();
    private Instant now = Instant.parse("2026-08-22T15:00:00Z");

    @Test
    void anotherNameThatIsSilentIsTakenBack() throws Exception {
        heard(TWIN, now.minus(Duration.ofMinutes(10)));

        inheritance(Set.of()).look();

        assertThat(told.calls()).containsExactly("tombstone " + TWIN + "/NamespaceProfile/shop");
        assertThat(board.coverage()).isEmpty();
    }

    @Test
    void anotherNameWithoutAnyHeartbeatIsTakenBack() throws Exception {
        inheritance(Set.of()).look();

        assertThat(told.calls()).containsExactly("tombstone " + TWIN + "/NamespaceProfile/shop");
    }

    @Test
    void anotherNameThatIsAliveIsLeftAloneAndTheHeartbeatSaysSo() throws Exception {
        heard(TWIN, now.minusSeconds(20));
        Inheritance inheritance = inheritance(Set.of());

        inheritance.look();

        assertThat(told.calls()).isEmpty();
        assertThat(inheritance.done()).isTrue();
        SourceCoverage identity = board.coverage().get(0);
        assertThat(identity.getSource()).isEqualTo("collector/identity");
        assertThat(identity.getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(identity.getDetail())
                .startsWith(TWIN + " has the same kube-system UID as this cluster and was heard of 20 s ago.")
                .contains("different cluster ids");
    }

    @Test
    void whatEndsLaterIsTakenBackThen() throws Exception {
        heard(TWIN, now);
        Inheritance inheritance = inheritance(Set.of());
        inheritance.look();

        now = now.plus(Duration.ofMinutes(9));
        inheritance.look();
        assertThat(told.calls()).isEmpty();
        now = now.plus(Duration.ofMinutes(9));
        inheritance.look();

        assertThat(told.calls()).containsExactly("tombstone " + TWIN + "/NamespaceProfile/shop");
        assertThat(board.state(Inheritance.SOURCE, "")).isEqualTo(SourceState.OK);
    }

    @Test
    void theNameThatThisProcessUsedItselfIsTakenBackAtOnce() throws Exception {
        heard(TWIN, now);

        inheritance(Set.of(TWIN)).look();

        assertThat(told.calls()).containsExactly("tombstone " + TWIN + "/NamespaceProfile/shop");
    }

    @Test
    void theOwnNameIsTakenOverHoweverLatelyItWasHeardOf() throws Exception {
        heard(EAST, now);
        Book book = new Book(told, Duration.ofMinutes(10));

        new Inheritance(this::published, new Inheritance.Names(EAST, Set.of(EAST)), book, board, told, () -> now)
                .look();

        assertThat(book.subjects()).containsExactly(Map.entry("NamespaceProfile", 1L));
    }

    private void heard(String name, Instant at) {
        heartbeats.put(name, at);
    }

    private Inheritance inheritance(Set<String> former) {
        return new Inheritance(
                this::published,
                new Inheritance.Names(EAST, former),
                new Book(told, Duration.ofMinutes(10)),
                board,
                told,
                () -> now);
    }

    /** Both names tell of one namespace. */
    private PublishedCluster published() {
        return new PublishedCluster(
                Stream.of(EAST, TWIN)
                        .map(name -> FactKey.parse(name + "/NamespaceProfile/shop"))
                        .collect(Collectors.toSet()),
                heartbeats);
    }
}
