package io.meshdiag.processor;

import static io.meshdiag.processor.TestCluster.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLetterTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String SNAPSHOTS = "meshdiag.config-snapshots";
    private static final SpecificRecord FACT = cluster("east", NOON).facts().get(0);
    private static final String KEY = Facts.key(FACT).toString();

    @TempDir
    Path folder;

    private FleetDriver fleet;

    @BeforeEach
    void open() {
        fleet = new FleetDriver(
                folder.resolve("state"), new Catalogue(List.of(), List.of(), List.of()), NOON.plusSeconds(60));
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    static List<Arguments> badKeys() {
        return List.of(
                Arguments.of("no key at all", null),
                Arguments.of("too few segments", "mesh1/east@00000000"),
                Arguments.of("no uid", "mesh1/east/ClusterProfile"),
                Arguments.of("unknown kind", "mesh1/east@00000000/Rumour"),
                Arguments.of("control characters", "mesh1/east@0000\u00000000/ClusterProfile"),
                Arguments.of("not canonical", "mesh1/east@00000000%/ClusterProfile"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badKeys")
    void aBadKeyIsPutAside(String what, String key) {
        fleet.pipe(SNAPSHOTS, key, fleet.bytes(SNAPSHOTS, FACT), NOON);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.BAD_KEY);
    }

    @Test
    void bytesWithoutTheFrameArePutAsideWithPlaceAndHash() {
        byte[] value = "{\"json\": true}".getBytes(StandardCharsets.UTF_8);

        fleet.publish(FACT);
        fleet.pipe(SNAPSHOTS, KEY, value, NOON);

        DeadLetter letter = letter();
        assertThat(letter.getReason()).isEqualTo(DeadLetterReason.NOT_FRAMED);
        assertThat(letter.getTopic()).isEqualTo(SNAPSHOTS);
        assertThat(letter.getPartition()).isZero();
        assertThat(letter.getOffset()).isEqualTo(1);
        assertThat(letter.getRecordTime()).isEqualTo(NOON);
        assertThat(letter.getValueSize()).isEqualTo(value.length);
        assertThat(letter.getValueSha256()).isEqualTo(Digests.sha256Hex(value));
        assertThat(letter.getRefusedBy()).isEqualTo("streams-processor");
        assertThat(letter.getDetail()).doesNotContain("json");
    }

    @Test
    void anUnknownSchemaIsPutAside() {
        fleet.pipe(SNAPSHOTS, KEY, new byte[] {0, 0, 0, 99, 99, 1, 2, 3}, NOON);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA);
    }

    @Test
    void aTruncatedRecordIsPutAside() {
        byte[] value = fleet.bytes(SNAPSHOTS, FACT);

        fleet.pipe(SNAPSHOTS, KEY, Arrays.copyOf(value, value.length / 2), NOON);

        assertThat(letter().getReason()).isIn(DeadLetterReason.TRUNCATED, DeadLetterReason.UNDECODABLE);
    }

    @Test
    void aFactOnAnotherKindsTopicIsPutAside() {
        fleet.pipe("meshdiag.vm-health", KEY, fleet.bytes("meshdiag.vm-health", FACT), NOON);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.WRONG_TOPIC);
    }

    @Test
    void aFactUnderAnotherKindsKeyIsPutAside() {
        SpecificRecord bundle = cluster("east", NOON).trusts("root").facts().get(1);

        fleet.pipe(SNAPSHOTS, KEY, fleet.bytes(SNAPSHOTS, bundle), NOON);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.INVALID);
    }

    @Test
    void aFactThatSpeaksForAnotherClusterIsPutAside() {
        SpecificRecord foreign = cluster("west", NOON).facts().get(0);

        fleet.pipe(SNAPSHOTS, KEY, fleet.bytes(SNAPSHOTS, foreign), NOON);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.INVALID);
        assertThat(fleet.rows("facts-by-cluster")).isZero();
    }

    @Test
    void anEventHasNoTombstone() {
        String key = new FactKey("mesh1", "east@00000000", FactKind.CNI_EVENT, List.of("node", "pod", "REPAIR", "1"))
                .toString();

        fleet.pipe("meshdiag.cni-events", key, null, NOON);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.INVALID);
    }

    @Test
    void theStreamGoesOnBehindIt() {
        fleet.pipe(SNAPSHOTS, "nonsense", new byte[] {7}, NOON);
        fleet.publish(FACT);

        assertThat(letter().getReason()).isEqualTo(DeadLetterReason.BAD_KEY);
        assertThat(fleet.rows("facts-by-cluster")).isEqualTo(1);
        assertThat(fleet.counters().factsRead()).isEqualTo(2);
        assertThat(fleet.counters().quiescent(2)).isTrue();
    }

    private DeadLetter letter() {
        fleet.pass(Duration.ofMillis(200));
        assertThat(fleet.deadLetters()).hasSize(1);
        assertThat(fleet.counters().deadLetters()).isEqualTo(1);
        return fleet.deadLetters().get(0);
    }
}
