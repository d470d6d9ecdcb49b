package io.meshdiag.schema;

import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.Finding;
import io.meshdiag.state.ClusterSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The schemas of this build. */
final class Schemas {
    private Schemas() {}

    /** Records that are values of topics or stores: all that are no mere part of another. */
    static List<Schema> values() {
        Map<String, Schema> values = new TreeMap<>();
        generated().forEach(s -> values.put(s.getFullName(), s));
        for (Schema schema : generated()) {
            named(schema).stream()
                    .filter(part -> !part.equals(schema))
                    .forEach(part -> values.remove(part.getFullName()));
        }
        // Values that are part of another value too.
        Stream.of(Finding.getClassSchema(), DeadLetter.getClassSchema(), ClusterSummary.getClassSchema())
                .forEach(s -> values.put(s.getFullName(), s));
        for (FactKind kind : FactKind.values()) {
            Schema schema = SpecificData.get().getSchema(kind.record());
            values.put(schema.getFullName(), schema);
        }
        return List.copyOf(values.values());
    }

    /** All records and enums, sorted by name. */
    static Collection<Schema> named() {
        Map<String, Schema> all = new TreeMap<>();
        generated().forEach(s -> named(s).forEach(n -> all.put(n.getFullName(), n)));
        return all.values();
    }

    /** The records and enums that a schema is made of, with itself. */
    private static Collection<Schema> named(Schema schema) {
        Map<String, Schema> found = new TreeMap<>();
        Deque<Schema> open = new ArrayDeque<>(List.of(schema));
        while (!open.isEmpty()) {
            Schema next = open.pop();
            switch (next.getType()) {
                case RECORD -> {
                    if (found.put(next.getFullName(), next) == null) {
                        next.getFields().forEach(f -> open.push(f.schema()));
                    }
                }
                case ENUM -> found.put(next.getFullName(), next);
                case ARRAY -> open.push(next.getElementType());
                case MAP -> open.push(next.getValueType());
                case UNION -> next.getTypes().forEach(open::push);
                default -> {
                    // Primitive.
                }
            }
        }
        return found.values();
    }

    private static List<Schema> generated() {
        try (Stream<Path> files = Files.walk(Path.of(FactKind.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/meshdiag"))) {
            return files.map(Path::toString)
                    .filter(f -> f.matches(".*/io/meshdiag/(fact|finding|state)/\\w+\\.class"))
                    .map(f -> f.replaceAll(".*/(io/meshdiag/.*)\\.class", "$1").replace('/', '.'))
                    .map(Schemas::load)
                    .filter(SpecificRecord.class::isAssignableFrom)
                    .map(c -> SpecificData.get().getSchema(c))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the compiled classes cannot be listed", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the compiled classes are in no folder", e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name + " was listed and is not there", e);
        }
    }
}
