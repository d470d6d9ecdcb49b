package io.meshdiag.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.Workload;
import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.Finding;
import io.meshdiag.registry.Compatibility;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.registry.RegistryClients;
import io.meshdiag.registry.RegistryException;
import io.meshdiag.schema.FactKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericData;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What our registry client and serde owe to everybody else's: Confluent's own client, which Flink carries relocated, works on the same
 * registry with the same ids, texts and bytes. Each subclass brings a registry.
 */
abstract class ConfluentContract {
    private RegistryClient ours;
    private CachedSchemaRegistryClient confluents;

    /** Base URL of the registry. */
    abstract String url();

    @BeforeEach
    void connect() {
        ours = RegistryClients.open(Map.of("schema.registry.url", url()));
        confluents = new CachedSchemaRegistryClient(url(), 1_000);
    }

    @Test
    void confluentReadsEverySchemaOfOursByItsId() throws Exception {
        for (Schema schema : schemas()) {
            String subject = "every-" + schema.getFullName();

            int id = ours.register(subject, schema);

            assertThat(confluents.getSchemaById(id).canonicalString()).isEqualTo(schema.toString());
            assertThat(confluents.getId(subject, new AvroSchema(schema.toString())))
                    .as(subject)
                    .isEqualTo(id);
        }
    }

    @Test
    void weFindUnderTheSameIdWhatConfluentRegistered() throws Exception {
        int id = confluents.register(
                "theirs-value", new AvroSchema(Workload.getClassSchema().toString()));

        assertThat(ours.schemaById(id)).isEqualTo(Workload.getClassSchema());
        assertThat(ours.lookup("theirs-value", Workload.getClassSchema())).isEqualTo(id);
        assertThat(ours.register("theirs-value", Workload.getClassSchema())).isEqualTo(id);
        assertThat(ours.latest("theirs-value").id()).isEqualTo(id);
    }

    @Test
    void bothCountTheSameVersions() throws Exception {
        ours.setCompatibility("versions-value", Compatibility.BACKWARD_TRANSITIVE);
        ours.register("versions-value", record("V").requiredString("x").endRecord());
        confluents.register(
                "versions-value",
                new AvroSchema(record("V")
                        .requiredString("x")
                        .optionalString("y")
                        .endRecord()
                        .toString()));

        assertThat(ours.latest("versions-value").version()).isEqualTo(2);
        assertThat(confluents.getLatestSchemaMetadata("versions-value").getVersion())
                .isEqualTo(2);
        assertThat(confluents.getAllVersions("versions-value")).containsExactly(1, 2);
        assertThat(confluents.getAllSubjects()).contains("versions-value");
    }

    @Test
    void confluentDecodesTheBytesThatWeWrite() throws Exception {
        byte[] bytes = serde().serializer().serialize("out", Records.cniNode("node-1"));

        var coder = new ConfluentSchemaRegistryCoder(confluents);
        var in = new ByteArrayInputStream(bytes);
        var schema = coder.readSchema(in);
        GenericRecord read = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(in, null));

        assertThat(read.get("node")).hasToString("node-1");
        assertThat(((GenericRecord) read.get("header")).get("clusterId")).hasToString("east");
        assertThat(read.get("nodeCreatedAt"))
                .isEqualTo(Records.cniNode("node-1").getNodeCreatedAt().toEpochMilli());
    }

    @Test
    void weDecodeTheBytesThatConfluentWrites() throws Exception {
        byte[] bytes = confluentBytes("in-value", Records.cniNode("node-1"));

        assertThat(serde().deserializer().deserialize("in", bytes)).isEqualTo(Records.cniNode("node-1"));
    }

    @Test
    void bothWriteTheSameBytes() throws Exception {
        CniNode node = Records.cniNode("node-1");

        byte[] ourBytes = serde().serializer().serialize("same", node);

        assertThat(confluentBytes("same-value", node)).isEqualTo(ourBytes);
    }

    @Test
    void bothAreToldThatAnIdIsUnknown() {
        var our = catchThrowableOfType(RegistryException.class, () -> ours.schemaById(999_999));
        var their = catchThrowableOfType(RestClientException.class, () -> confluents.getSchemaById(999_999));

        assertThat(our.errorCode()).isEqualTo(40403);
        assertThat(their.getErrorCode()).isEqualTo(40403);
    }

    @Test
    void bothAreToldThatASchemaIsNotRegistered() {
        Schema schema = record("Nowhere").endRecord();
        var our = catchThrowableOfType(RegistryException.class, () -> ours.lookup("nowhere-value", schema));
        var their = catchThrowableOfType(
                RestClientException.class, () -> confluents.getId("nowhere-value", new AvroSchema(schema.toString())));

        assertThat(our.errorCode()).isEqualTo(their.getErrorCode()).isBetween(40401, 40403);
    }

    @Test
    void bothAreRefusedAnIncompatibleSchema() {
        ours.setCompatibility("strict-value", Compatibility.BACKWARD_TRANSITIVE);
        ours.register("strict-value", record("S").requiredString("x").endRecord());
        Schema breaking = record("S").requiredString("x").requiredString("z").endRecord();

        var our = catchThrowableOfType(RegistryException.class, () -> ours.register("strict-value", breaking));
        var their = catchThrowableOfType(
                RestClientException.class,
                () -> confluents.register("strict-value", new AvroSchema(breaking.toString())));

        assertThat(our.status()).isEqualTo(409);
        assertThat(their.getStatus()).isEqualTo(409);
    }

    @Test
    void bothSeeTheCompatibilityThatTheOtherSet() throws Exception {
        ours.setCompatibility("level-value", Compatibility.FULL_TRANSITIVE);
        assertThat(confluents.getCompatibility("level-value")).isEqualTo("FULL_TRANSITIVE");

        confluents.updateCompatibility("level-value", "FORWARD");
        assertThat(ours.compatibility("level-value")).isEqualTo(Compatibility.FORWARD);
    }

    @Test
    void bothGetTheSameVerdictWithoutRegistering() throws Exception {
        ours.setCompatibility("judge-value", Compatibility.BACKWARD);
        ours.register("judge-value", record("J").requiredString("x").endRecord());
        String fits =
                record("J").requiredString("x").optionalString("y").endRecord().toString();
        String breaks = record("J").requiredString("z").endRecord().toString();

        assertThat(confluents.testCompatibility("judge-value", new AvroSchema(fits)))
                .isTrue();
        assertThat(confluents.testCompatibility("judge-value", new AvroSchema(breaks)))
                .isFalse();
    }

    private byte[] confluentBytes(String subject, CniNode node) throws IOException {
        var schema = new org.apache.flink.avro.shaded.org.apache.avro.Schema.Parser()
                .parse(CniNode.getClassSchema().toString());
        var out = new ByteArrayOutputStream();
        new ConfluentSchemaRegistryCoder(subject, confluents).writeSchema(schema, out);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(generic(schema, node), encoder);
        encoder.flush();
        return out.toByteArray();
    }

    /** The record as Confluent's Avro holds it, field by field. */
    private static GenericRecord generic(org.apache.flink.avro.shaded.org.apache.avro.Schema schema, CniNode node) {
        GenericRecord header = new GenericData.Record(schema.getField("header").schema());
        header.put("meshId", node.getHeader().getMeshId());
        header.put("clusterId", node.getHeader().getClusterId());
        header.put("clusterUid", node.getHeader().getClusterUid());
        header.put("observer", node.getHeader().getObserver());
        header.put("observedAt", node.getHeader().getObservedAt().toEpochMilli());
        header.put("source", node.getHeader().getSource());
        header.put("contentHash", node.getHeader().getContentHash());
        GenericRecord record = new GenericData.Record(schema);
        record.put("header", header);
        record.put("node", node.getNode());
        record.put("ready", node.getReady());
        record.put("restarts", node.getRestarts());
        record.put("repairs", List.of());
        record.put("nodeCreatedAt", node.getNodeCreatedAt().toEpochMilli());
        return record;
    }

    private AvroSerde<CniNode> serde() {
        return new AvroSerde<>(ours, SubjectNameStrategy.TOPIC);
    }

    private static SchemaBuilder.FieldAssembler<Schema> record(String name) {
        return SchemaBuilder.record("com.example." + name).fields();
    }

    private static List<Schema> schemas() {
        List<Schema> schemas = new ArrayList<>(List.of(Finding.getClassSchema(), DeadLetter.getClassSchema()));
        for (FactKind kind : FactKind.values()) {
            schemas.add(SpecificData.get().getSchema(kind.record()));
        }
        return schemas;
    }
}
