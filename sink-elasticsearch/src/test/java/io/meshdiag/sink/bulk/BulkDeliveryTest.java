package io.meshdiag.sink.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.sink.config.StoreConfig;
import io.meshdiag.sink.harness.ScriptedStore;
import io.meshdiag.sink.store.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our accounting over real HTTP, against a store that misbehaves as written. */
@Timeout(30)
class BulkDeliveryTest {
    private final List<String> settled = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private ScriptedStore server;
    private Store store;
    private BulkDelivery delivery;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedStore();
        store = new Store(StoreConfig.plain(server.uri()));
        delivery = delivery(100, 1);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.close();
    }

    @Test
    void onlyTheItemsThatFailedAreSentAgain() throws Exception {
        server.thenItems(201, 429, 201, 503);

        deliver(put("a", 1), put("b", 1), put("c", 1), put("d", 1));

        assertThat(server.requests().get(0)).containsExactly("index a@1", "index b@1", "index c@1", "index d@1");
        assertThat(again()).containsExactlyInAnyOrder("index b@1", "index d@1");
        assertThat(settled).containsExactlyInAnyOrder("a@1", "b@1", "c@1", "d@1");
        assertThat(metrics.counter("meshdiag.sink.retries", "reason", "es_rejected_execution_exception")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void writesOfOneDocumentKeepTheirOrderWhenTheFirstHasToWait() throws Exception {
        server.thenItems(429, 201);

        deliver(put("a", 1), put("a", 2), Write.delete("alias", "a"), put("b", 1));

        assertThat(server.requests())
                .containsExactly(
                        List.of("index a@1", "index b@1"),
                        List.of("index a@1"),
                        List.of("index a@2"),
                        List.of("delete a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void aRequestThatFailedIsSentAgainAsAWhole(int status) throws Exception {
        server.then(status, "{}").then(status, "upstream is gone");

        deliver(put("a", 1), put("b", 1));

        assertThat(server.requests()).hasSize(3).allSatisfy(request -> assertThat(request)
                .containsExactly("index a@1", "index b@1"));
        assertThat(settled).containsExactlyInAnyOrder("a@1", "b@1");
        assertThat(refused).isEmpty();
    }

    @Test
    void aCutConnectionIsSentAgain() throws Exception {
        server.then(0, "");

        deliver(put("a", 1));

        assertThat(settled).containsExactly("a@1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<html>welcome</html>", "", "{\"items\":[]}", "[]", "{\"items\":[{\"index\":{\"status\":201}}"})
    void anAnswerThatIsNotOneOfABulkRequestSettlesNothing(String body) throws Exception {
        server.then(200, body);

        deliver(put("a", 1), put("b", 1));

        assertThat(server.requests()).hasSize(2);
        assertThat(settled).containsExactlyInAnyOrder("a@1", "b@1");
        assertThat(refused).isEmpty();
    }

    @Test
    void whatTheStoreHasAlreadyIsDone() throws Exception {
        server.thenItems(409);

        deliver(put("a", 1));

        assertThat(server.requests()).hasSize(1);
        assertThat(settled).containsExactly("a@1");
    }

    @Test
    void aRefusedDocumentIsPutAsideWithoutItsContentsAndTheRestGoesOn() throws Exception {
        server.thenItems(201, 400, 201);

        deliver(put("a", 1), put("bad", 1), put("c", 1));

        assertThat(settled).containsExactlyInAnyOrder("a@1", "c@1");
        assertThat(refused)
                .containsExactly(
                        "bad@1 REFUSED_BY_STORE status 400 document_parsing_exception: failed to parse field [a] of type [long].");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRequestThatIsTooLargeIsSentInHalvesUntilOneDocumentIsLeftToRefuse() throws Exception {
        server.then(413, "").then(413, "").then(413, "");

        deliver(put("a", 1), put("b", 1), put("c", 1), put("d", 1));

        assertThat(server.requests())
                .containsExactly(
                        List.of("index a@1", "index b@1", "index c@1", "index d@1"),
                        List.of("index a@1", "index b@1"),
                        List.of("index a@1"),
                        List.of("index b@1"),
                        List.of("index c@1", "index d@1"));
        assertThat(refused).singleElement().asString().startsWith("a@1 REFUSED_BY_STORE status 413");
        assertThat(settled).containsExactlyInAnyOrder("b@1", "c@1", "d@1");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aStoreThatTakesNothingOfOursStopsTheLineUntilSomebodyMendsIt(int status) throws Exception {
        server.thenItems(201, status).then(status, "{}");
        List<String> reasons = new ArrayList<>();

        delivery.add(put("a", 1), ticket("a@1"));
        delivery.add(put("b", 1), ticket("b@1"));
        while (!delivery.idle()) {
            turn();
            if (!reasons.contains(delivery.state().reason())) {
                reasons.add(delivery.state().reason());
            }
        }
        delivery.step();

        assertThat(server.requests())
                .containsExactly(List.of("index a@1", "index b@1"), List.of("index b@1"), List.of("index b@1"));
        assertThat(reasons).contains("status_" + status);
        assertThat(delivery.state().reason()).isEmpty();
        assertThat(settled).containsExactly("a@1", "b@1");
        assertThat(refused).isEmpty();
    }

    @Test
    void theReasonStaysWhileTheWriteIsSentAgain() throws Exception {
        server.thenItems(429).thenItems(429).thenItems(429);
        delivery.add(put("a", 1), ticket("a@1"));
        while (delivery.state().reason().isEmpty()) {
            turn();
        }

        while (server.requests().size() < 3) {
            turn();
            assertThat(delivery.state().reason()).isEqualTo("es_rejected_execution_exception");
        }
        while (!delivery.idle()) {
            turn();
        }

        delivery.step();
        assertThat(delivery.state().reason()).isEmpty();
    }

    @Test
    void theReasonStaysWhenTheStoreTakesOtherDocumentsMeanwhile() throws Exception {
        AtomicBoolean othersTaken = new AtomicBoolean();
        server.always(
                writes -> ScriptedStore.items(List.of(writes.get(0).contains("a@") && !othersTaken.get() ? 403 : 201)));
        delivery = delivery(1, 2);
        delivery.add(put("a", 1), ticket("a@1"));
        delivery.add(put("b", 1), ticket("b@1"));

        boolean refusedBefore = false;
        while (!settled.contains("a@1")) {
            turn();
            String reason = delivery.state().reason();
            assertThat(reason.isEmpty() && refusedBefore && !settled.contains("a@1"))
                    .as("the reason is forgotten while a is not taken")
                    .isFalse();
            refusedBefore |= !reason.isEmpty();
            othersTaken.set(refusedBefore && settled.contains("b@1"));
        }

        assertThat(refusedBefore).isTrue();
        assertThat(settled).containsExactly("b@1", "a@1");
    }

    @Test
    void aStormOfRejectionsLosesAndRepeatsNothing() throws Exception {
        // Given a store that rejects three of ten items, and some requests as a whole
        Random random = new Random(42);
        for (int i = 0; i < 30; i++) {
            server.then(writes -> random.nextInt(5) == 0
                    ? new ScriptedStore.Reply(429, "{}")
                    : ScriptedStore.items(writes.stream()
                            .map(write -> random.nextInt(10) < 3 ? 429 : 201)
                            .toList()));
        }
        delivery = delivery(100, 3);

        // When
        List<Write> writes = new ArrayList<>();
        for (int id = 0; id < 500; id++) {
            for (int version = 1; version <= 3; version++) {
                writes.add(put("f" + id, version));
            }
        }
        deliver(writes.toArray(Write[]::new));

        // Then every write is settled once, and no document's writes went backwards
        assertThat(settled).hasSize(1500).doesNotHaveDuplicates();
        assertThat(refused).isEmpty();
        Map<String, Integer> last = new HashMap<>();
        for (String done : settled) {
            String[] part = done.split("@");
            assertThat(Integer.parseInt(part[1])).isEqualTo(last.merge(part[0], 1, Integer::sum));
        }
        double sent = server.requests().stream().mapToInt(List::size).sum();
        assertThat(sent)
                .isEqualTo(1500
                        + metrics.get("meshdiag.sink.retries").counters().stream()
                                .mapToDouble(counter -> counter.count())
                                .sum());
    }

    @Test
    void whatWaitsIsBounded() {
        BulkDelivery small = new BulkDelivery(
                store, new BulkLimits(10, 1_000, 1, Duration.ZERO), backoff(), new SinkMetrics(metrics));
        int added = 0;

        while (!small.full()) {
            small.add(put("id" + added++, 1), ticket("x"));
        }

        assertThat(small.bytes()).isBetween(3_000L, 3_200L);
        assertThat(small.roomy()).isFalse();
    }

    @Test
    void writesOfAPartitionThatWentToSomebodyElseAreNotSent() throws Exception {
        delivery.add(put("a", 1), new Ticket() {
            @Override
            public void done() {
                settled.add("a@1");
            }

            @Override
            public void refused(DeadLetterReason reason, String detail) {
                refused.add("a@1");
            }

            @Override
            public boolean wanted() {
                return false;
            }
        });

        deliver(put("b", 1));

        assertThat(server.requests()).containsExactly(List.of("index b@1"));
        assertThat(settled).containsExactly("b@1");
    }

    private BulkDelivery delivery(int items, int inFlight) {
        return new BulkDelivery(
                store, new BulkLimits(items, 1_000_000, inFlight, Duration.ZERO), backoff(), new SinkMetrics(metrics));
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), new Random(1));
    }

    private void deliver(Write... writes) throws InterruptedException {
        for (Write write : writes) {
            String version = new String(write.lines(), java.nio.charset.StandardCharsets.UTF_8)
                    .replaceAll("(?s).*\"version\":(\\d+).*", "$1");
            delivery.add(write, ticket(write.id() + "@" + version));
        }
        while (!delivery.idle()) {
            turn();
        }
    }

    private void turn() throws InterruptedException {
        delivery.step();
        delivery.awaitAnswer(Duration.ofMillis(5));
    }

    private List<String> again() {
        return server.requests().stream().skip(1).flatMap(List::stream).toList();
    }

    private static Write put(String id, long version) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("a", version);
        return Write.replace("alias", id, version, document);
    }

    private Ticket ticket(String name) {
        return new Ticket() {
            @Override
            public void done() {
                settled.add(name);
            }

            @Override
            public void refused(DeadLetterReason reason, String detail) {
                refused.add(name + " " + reason + " " + detail);
            }

            @Override
            public boolean wanted() {
                return true;
            }
        };
    }
}
