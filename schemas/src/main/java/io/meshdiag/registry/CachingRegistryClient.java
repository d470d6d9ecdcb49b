package io.meshdiag.registry;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * Remembers what never changes: the schema of an id, the id of a schema under a subject. Threads that want the same wait for one request.
 * That an id is unknown is remembered for a while, so that a stream of bad records does not become a stream of requests.
 */
public final class CachingRegistryClient implements RegistryClient {
    /** How long an unknown id stays unknown. */
    static final Duration UNKNOWN_FOR = Duration.ofSeconds(60);
    /** Bound of the ids remembered as unknown: they come from bytes that anybody may have written. */
    static final int MAX_UNKNOWN = 10_000;

    private final RegistryClient registry;
    private final LongSupplier nanoTime;
    private final Map<Integer, CompletableFuture<Schema>> byId = new ConcurrentHashMap<>();
    private final Map<Version, CompletableFuture<Integer>> registered = new ConcurrentHashMap<>();
    private final Map<Version, CompletableFuture<Integer>> found = new ConcurrentHashMap<>();
    private final Map<Integer, Unknown> unknown = new ConcurrentHashMap<>();

    private record Version(String subject, Schema schema) {}

    private record Unknown(RegistryException answer, long since) {}

    /** Remembers the answers of another client. */
    public CachingRegistryClient(RegistryClient registry) {
        this(registry, System::nanoTime);
    }

    CachingRegistryClient(RegistryClient registry, LongSupplier nanoTime) {
        this.registry = registry;
        this.nanoTime = nanoTime;
    }

    @Override
    public int register(String subject, Schema schema) {
        return once(registered, new Version(subject, schema), () -> registry.register(subject, schema));
    }

    @Override
    public int lookup(String subject, Schema schema) {
        return once(found, new Version(subject, schema), () -> registry.lookup(subject, schema));
    }

    @Override
    public Schema schemaById(int id) {
        Unknown before = unknown.get(id);
        if (before != null) {
            if (nanoTime.getAsLong() - before.since() < UNKNOWN_FOR.toNanos()) {
                throw before.answer();
            }
            unknown.remove(id);
        }
        try {
            return once(byId, id, () -> registry.schemaById(id));
        } catch (RegistryException e) {
            if (e.errorCode() == RegistryException.SCHEMA_NOT_FOUND) {
                if (unknown.size() >= MAX_UNKNOWN) {
                    unknown.clear();
                }
                unknown.put(id, new Unknown(e, nanoTime.getAsLong()));
            }
            throw e;
        }
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

    /** The answer of the first who asks is everybody's; a failure is forgotten, so that the next one asks again. */
    private static <K, V> V once(Map<K, CompletableFuture<V>> answers, K key, Supplier<V> ask) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> theirs = answers.putIfAbsent(key, mine);
        if (theirs != null) {
            try {
                return theirs.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
        try {
            V answer = ask.get();
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            answers.remove(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }
}
