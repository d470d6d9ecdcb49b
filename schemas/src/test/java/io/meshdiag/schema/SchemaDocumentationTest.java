package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.FactHeader;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaDocumentationTest {
    /** Names that mean the same everywhere (docs/wire-format.md) or say it all. */
    private static final Set<String> SELF_EVIDENT = Set.of(
            "header",
            "name",
            "namespace",
            "clusterId",
            "clusterUid",
            "meshId",
            "mesh",
            "cluster",
            "istiod",
            "node",
            "network",
            "service",
            "workload",
            "host",
            "port",
            "version",
            "revision",
            "topic",
            "partition",
            "offset",
            "count",
            "kind",
            "trustDomain");

    @Test
    void everyRecordAndEnumSaysWhatItIs() {
        List<String> undocumented = Schemas.named().stream()
                .filter(s -> isBlank(s.getDoc()))
                .map(Schema::getFullName)
                .toList();

        assertThat(undocumented).isEmpty();
    }

    @Test
    void everyFieldThatIsNotSelfEvidentSaysWhatItIs() {
        List<String> undocumented = Schemas.named().stream()
                .filter(s -> s.getType() == Schema.Type.RECORD)
                .flatMap(s -> s.getFields().stream()
                        .filter(f -> isBlank(f.doc())
                                && !SELF_EVIDENT.contains(f.name())
                                && !isExplainedByItsType(f.schema()))
                        .map(f -> s.getFullName() + "." + f.name()))
                .toList();

        assertThat(undocumented).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyFactBeginsWithTheHeader(FactKind kind) {
        Schema schema = SpecificData.get().getSchema(kind.record());

        assertThat(schema.getFields().get(0).name()).isEqualTo("header");
        assertThat(schema.getFields().get(0).schema()).isEqualTo(FactHeader.getClassSchema());
    }

    @Test
    void everyEnumHasADefaultForWordsOfTheFuture() {
        assertThat(Schemas.named().stream().filter(s -> s.getType() == Schema.Type.ENUM))
                .isNotEmpty()
                .allSatisfy(
                        s -> assertThat(s.getEnumDefault()).as(s.getFullName()).isNotNull());
    }

    /** A record or an enum, which has a documentation of its own. */
    private static boolean isExplainedByItsType(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM -> true;
            case ARRAY -> isExplainedByItsType(schema.getElementType());
            case UNION -> schema.getTypes().stream().anyMatch(SchemaDocumentationTest::isExplainedByItsType);
            default -> false;
        };
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
