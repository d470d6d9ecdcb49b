package io.meshdiag.registry;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * How a subject's schemas may change, with the words of the Confluent protocol. BACKWARD: the new schema reads old data. FORWARD: the old
 * schema reads new data. TRANSITIVE: this holds towards every version, not only the last.
 */
public enum Compatibility {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsOld;
    private final boolean readByOld;
    private final boolean transitive;

    Compatibility(boolean readsOld, boolean readByOld, boolean transitive) {
        this.readsOld = readsOld;
        this.readByOld = readByOld;
        this.transitive = transitive;
    }

    /**
     * The level of that name.
     *
     * @throws RegistryException if there is none
     */
    public static Compatibility of(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    RegistryException.INVALID_LEVEL, "no such compatibility level; there are " + List.of(values()));
        }
    }

    /**
     * Why a schema may not follow these; empty when it may.
     *
     * @param older the subject's versions, oldest first
     */
    public List<String> objections(Schema candidate, List<Schema> older) {
        List<Schema> judged = transitive || older.isEmpty() ? older : older.subList(older.size() - 1, older.size());
        return judged.stream()
                .flatMap(old -> Stream.concat(
                        readsOld ? cannotRead(candidate, old, "the new schema cannot read the old") : Stream.empty(),
                        readByOld ? cannotRead(old, candidate, "the old schema cannot read the new") : Stream.empty()))
                .distinct()
                .toList();
    }

    private static Stream<String> cannotRead(Schema reader, Schema writer, String who) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult();
        return result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE
                ? Stream.empty()
                : result.getIncompatibilities().stream()
                        .map(i -> who + ": " + i.getType() + " at " + i.getLocation() + " (" + i.getMessage() + ")");
    }
}
