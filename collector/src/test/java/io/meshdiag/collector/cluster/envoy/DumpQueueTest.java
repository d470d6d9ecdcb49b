package io.meshdiag.collector.cluster.envoy;

import static io.meshdiag.collector.cluster.envoy.Urgency.GATEWAY;
import static io.meshdiag.collector.cluster.envoy.Urgency.NOT_READY;
import static io.meshdiag.collector.cluster.envoy.Urgency.REJECTED;
import static io.meshdiag.collector.cluster.envoy.Urgency.ROTATION;
import static io.meshdiag.collector.cluster.envoy.Urgency.STALE;
import static io.meshdiag.collector.cluster.envoy.Urgency.STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.ProxyName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DumpQueueTest {
    private final TestClock clock = new TestClock();
    private final DumpQueue queue = new DumpQueue(EnvoySettings.DEFAULT);

    @Test
    void theMostUrgentComesFirst() {
        assertThat(order(
                        3,
                        proxy("shop/gateway", GATEWAY),
                        proxy("shop/not-ready", NOT_READY),
                        proxy("shop/stale", STALE),
                        proxy("shop/started", STARTED),
                        proxy("shop/rejected", REJECTED)))
                .containsExactly("rejected", "stale", "started");
    }

    @Test
    void everyFourthTurnIsTheRotations() {
        List<Candidate> present = new ArrayList<>();
        IntStream.range(10, 30).forEach(i -> present.add(proxy("a/rejected-" + i, REJECTED)));
        present.add(proxy("a/quiet-1", ROTATION));
        present.add(proxy("a/quiet-2", ROTATION));

        List<String> order = order(8, present.toArray(Candidate[]::new));

        assertThat(order.get(3)).isEqualTo("quiet-1");
        assertThat(order.get(7)).isEqualTo("quiet-2");
        assertThat(order).filteredOn(name -> name.startsWith("rejected")).hasSize(6);
    }

    @Test
    void everybodyIsDumpedOnceBeforeAnybodyTwice() {
        Candidate[] present = {
            proxy("a/1", ROTATION), proxy("a/2", ROTATION), proxy("a/3", ROTATION), proxy("a/4", ROTATION)
        };
        List<String> dumped = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            dumped.addAll(order(1, present));
            clock.pass(Duration.ofMinutes(6));
        }

        assertThat(dumped).containsExactly("1", "2", "3", "4", "1", "2", "3", "4");
    }

    @Test
    void namespacesTakeTurns() {
        assertThat(order(
                        5,
                        proxy("big/1", ROTATION),
                        proxy("big/2", ROTATION),
                        proxy("big/3", ROTATION),
                        proxy("small/x", ROTATION),
                        proxy("small/y", ROTATION)))
                .containsExactly("1", "x", "2", "y", "3");
    }

    @Test
    void nobodyIsDumpedAgainAtOnce() {
        Candidate stale = proxy("shop/web", STALE);

        assertThat(order(5, stale)).containsExactly("web");
        clock.pass(Duration.ofMinutes(4));
        assertThat(order(5, stale)).isEmpty();
        clock.pass(Duration.ofMinutes(2));
        assertThat(order(5, stale)).containsExactly("web");
    }

    @Test
    void aMoreUrgentReasonDoesNotWait() {
        assertThat(order(1, proxy("shop/web", ROTATION))).containsExactly("web");

        assertThat(order(1, proxy("shop/web", STALE))).containsExactly("web");
        assertThat(order(1, proxy("shop/web", NOT_READY))).isEmpty();
        assertThat(order(1, proxy("shop/web", REJECTED))).containsExactly("web");
    }

    @Test
    void whoseTroubleIsOverIsLookedAtOnceMore() {
        assertThat(order(1, proxy("shop/web", REJECTED), proxy("shop/quiet", ROTATION)))
                .containsExactly("web");

        assertThat(order(3, proxy("shop/web", ROTATION), proxy("shop/quiet", ROTATION)))
                .containsExactly("web", "quiet");
    }

    @Test
    void aRestartedProxyDoesNotWait() {
        order(1, proxy("shop/web", STARTED));

        assertThat(order(1, new Candidate(new ProxyName("shop", "web"), STARTED, "another run")))
                .containsExactly("web");
    }

    @Test
    void whoFailsWaitsLongerEachTime() {
        Candidate web = proxy("shop/web", REJECTED);
        for (int minutes : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            assertThat(next(web)).hasValue(web);
            queue.failed(web, clock.instant());

            clock.pass(Duration.ofMinutes(minutes).minusSeconds(1));
            assertThat(next(web)).as("before %d minutes", minutes).isEmpty();
            clock.pass(Duration.ofSeconds(1));
        }
        order(1, web);
        clock.pass(Duration.ofMinutes(5));
        queue.failed(web, clock.instant());
        clock.pass(Duration.ofMinutes(1));
        assertThat(next(web)).as("a success ends the series").hasValue(web);
    }

    @Test
    void aFailureDoesNotHoldTheOthersUp() {
        Candidate dead = proxy("a/dead", REJECTED);
        Candidate quiet = proxy("b/quiet", ROTATION);
        queue.failed(dead, clock.instant());

        assertThat(next(dead, quiet)).hasValue(quiet);
    }

    @Test
    void aClockThatIsSetBackMakesNobodyWait() {
        Candidate web = proxy("shop/web", ROTATION);
        order(1, web);

        clock.pass(Duration.ofHours(-2));

        assertThat(next(web)).hasValue(web);
    }

    @Test
    void aDeletedProxyIsForgotten() {
        Candidate web = proxy("shop/web", ROTATION);
        queue.failed(web, clock.instant());
        assertThat(next(proxy("shop/other", ROTATION))).isPresent();

        assertThat(next(web)).as("it came back under its name").hasValue(web);
    }

    @Test
    void theOrderOfTheListDoesNotMatter() {
        List<Candidate> present = new ArrayList<>(Stream.of("a/1", "a/2", "b/1", "c/3", "c/1")
                .map(name -> proxy(name, name.endsWith("1") ? GATEWAY : ROTATION))
                .toList());
        List<String> one = order(5, present.toArray(Candidate[]::new));
        Collections.reverse(present);
        DumpQueue fresh = new DumpQueue(EnvoySettings.DEFAULT);
        List<String> other = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Candidate next = fresh.next(present, clock.instant()).orElseThrow();
            fresh.dumped(next, clock.instant());
            other.add(next.proxy().name());
        }

        assertThat(other).isEqualTo(one);
    }

    @Test
    void nobodyIsNobody() {
        assertThat(next()).isEmpty();
    }

    /** Names of those whose turn it is, at most so many; each is dumped, and no time passes. */
    private List<String> order(int turns, Candidate... present) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            Optional<Candidate> next = next(present);
            next.ifPresent(candidate -> {
                queue.dumped(candidate, clock.instant());
                names.add(candidate.proxy().name());
            });
        }
        return names;
    }

    private Optional<Candidate> next(Candidate... present) {
        return queue.next(Arrays.asList(present), clock.instant());
    }

    private static Candidate proxy(String name, Urgency urgency) {
        String[] parts = name.split("/");
        return new Candidate(new ProxyName(parts[0], parts[1]), urgency, "run 1");
    }
}
