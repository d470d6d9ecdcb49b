package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.meshdiag.fact.CniNode;
import io.meshdiag.registry.Compatibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every schema against all that were released: {@code released/<record>.<n>.avsc}, n = 1 for the first. Facts must read what is on the
 * topics; findings and dead letters must also be readable by subscribers of older versions.
 *
 * <p>At a release, or when a record is new, run {@code ./mvnw -pl schemas test -Dtest=SchemaEvolutionTest -Dmeshdiag.writeBaseline=true} and
 * commit what it wrote: the next n of each schema that changed.
 */
class SchemaEvolutionTest {
    private static final Path RELEASED = Path.of("src", "test", "resources", "released");
    private static final String WRITE = "meshdiag.writeBaseline";

    static List<Schema> schemas() {
        return Schemas.values();
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void mayFollowAllReleasedVersions(Schema schema) throws IOException {
        List<Schema> released = released(schema);

        List<String> objections = levelOf(schema).objections(schema, released);

        assertThat(objections)
                .as(
                        "%s against its %d released version(s) under %s; give new fields a default, and retire fields instead of"
                                + " removing or retyping them",
                        schema.getFullName(), released.size(), levelOf(schema))
                .isEmpty();
        if (Boolean.getBoolean(WRITE)) {
            write(schema, released);
        } else if (released.isEmpty()) {
            fail(schema.getFullName() + " has no released version in " + RELEASED + "; write it with -D" + WRITE
                    + "=true");
        }
    }

    @Test
    void noticesANewFieldWithoutDefault() {
        Schema released = CniNode.getClassSchema();
        List<Schema.Field> fields = new ArrayList<>();
        released.getFields().forEach(f -> fields.add(new Schema.Field(f, f.schema())));
        fields.add(new Schema.Field("needed", Schema.create(Schema.Type.STRING), "No default."));
        Schema changed = Schema.createRecord(released.getName(), "Changed.", released.getNamespace(), false, fields);

        assertThat(levelOf(changed).objections(changed, List.of(released)))
                .singleElement()
                .asString()
                .contains("needed");
    }

    private static Compatibility levelOf(Schema schema) {
        return schema.getNamespace().equals("io.meshdiag.finding")
                ? Compatibility.FULL_TRANSITIVE
                : Compatibility.BACKWARD_TRANSITIVE;
    }

    private static List<Schema> released(Schema schema) throws IOException {
        List<Schema> released = new ArrayList<>();
        for (Path file = file(schema, 1); Files.exists(file); file = file(schema, released.size() + 1)) {
            released.add(new Schema.Parser().parse(Files.readString(file)));
        }
        return released;
    }

    private static void write(Schema schema, List<Schema> released) throws IOException {
        boolean changed = released.isEmpty()
                || !released.get(released.size() - 1).toString().equals(schema.toString());
        if (changed) {
            Files.createDirectories(RELEASED);
            Files.writeString(file(schema, released.size() + 1), SchemaFormatter.format("json/pretty", schema) + "\n");
        }
    }

    private static Path file(Schema schema, int n) {
        String name = schema.getFullName().substring("io.meshdiag.".length());
        return RELEASED.resolve(name + "." + n + ".avsc");
    }
}
