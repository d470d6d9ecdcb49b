package io.meshdiag.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CachingRegistryClientTest {
    private static final String NOT_FOUND = "{\"error_code\": 40403, \"message\": \"Schema not found\"}";
    private static final Schema SCHEMA = SchemaBuilder.record("A").fields().endRecord();

    private final AtomicLong nanoTime = new AtomicLong();
    private FaultyServer server;
    private CachingRegistryClient client;

    @BeforeEach
    void start() throws IOException {
        server = new FaultyServer();
        client = new CachingRegistryClient(
                new HttpRegistryClient(
                        RegistryConfig.from(Map.of("schema.registry.url", server.url(), "max.retries", 0))),
                nanoTime::get);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void asksOnceForAnId() {
        server.answers(200, "{\"schema\": \"\\\"string\\\"\"}");

        client.schemaById(1);
        client.schemaById(1);

        assertThat(server.requests).hasSize(1);
    }

    @Test
    void registersASchemaOncePerSubject() {
        server.answers(200, "{\"id\": 1}");

        client.register("a", SCHEMA);
        client.register("a", SCHEMA);
        client.register("b", SCHEMA);

        assertThat(server.requests)
                .extracting(FaultyServer.Request::line)
                .containsExactly("POST /subjects/a/versions", "POST /subjects/b/versions");
    }

    @Test
    void remembersForAMinuteThatAnIdIsUnknown() {
        server.answers(404, NOT_FOUND).answers(200, "{\"schema\": \"\\\"string\\\"\"}");

        unknown(1);
        nanoTime.addAndGet(CachingRegistryClient.UNKNOWN_FOR.toNanos() - 1);
        unknown(1);
        assertThat(server.requests).hasSize(1);

        nanoTime.addAndGet(1);
        assertThat(client.schemaById(1).getType()).isEqualTo(Schema.Type.STRING);
    }

    @Test
    void forgetsAFailure() {
        server.answers(500, "{}").answers(200, "{\"id\": 3}");

        assertThatThrownBy(() -> client.register("a", SCHEMA)).isInstanceOf(RegistryUnreachableException.class);

        assertThat(client.register("a", SCHEMA)).isEqualTo(3);
    }

    @Test
    void threadsThatWantTheSameShareOneRequest() throws Exception {
        // Given a registry that answers only when all threads have asked
        int threads = 8;
        CountDownLatch started = new CountDownLatch(threads);
        InProcessRegistry slow = new InProcessRegistry();
        slow.register("a", SCHEMA);
        AtomicLong asked = new AtomicLong();
        var shared = new CachingRegistryClient(new Delegating(slow) {
            @Override
            public Schema schemaById(int id) {
                asked.incrementAndGet();
                awaitQuietly(started);
                return super.schemaById(id);
            }
        });
        ExecutorService pool = Executors.newFixedThreadPool(threads);

        // When
        List<Future<Schema>> answers = IntStream.range(0, threads)
                .mapToObj(i -> pool.submit(() -> {
                    started.countDown();
                    return shared.schemaById(1);
                }))
                .toList();

        // Then
        for (Future<Schema> answer : answers) {
            assertThat(answer.get()).isEqualTo(SCHEMA);
        }
        assertThat(asked).hasValue(1);
        pool.shutdownNow();
    }

    private void unknown(int id) {
        var e = catchThrowableOfType(RegistryException.class, () -> client.schemaById(id));
        assertThat(e.errorCode()).isEqualTo(RegistryException.SCHEMA_NOT_FOUND);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Passes everything on. */
    private static class Delegating implements RegistryClient {
        private final RegistryClient registry;

        Delegating(RegistryClient registry) {
            this.registry = registry;
        }

        @Override
        public int register(String subject, Schema schema) {
            return registry.register(subject, schema);
        }

        @Override
        public Schema schemaById(int id) {
            return registry.schemaById(id);
        }

        @Override
        public int lookup(String subject, Schema schema) {
            return registry.lookup(subject, schema);
        }

        @Override
        public RegisteredSchema latest(String subject) {
            return registry.latest(subject);
        }

        @Override
        public Compatibility compatibility(String subject) {
            return registry.compatibility(subject);
        }

        @Override
        public void setCompatibility(String subject, Compatibility level) {
            registry.setCompatibility(subject, level);
        }
    }
}
