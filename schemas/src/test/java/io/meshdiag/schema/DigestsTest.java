package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CniNode;
import io.meshdiag.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DigestsTest {
    @Test
    void theSameLevelSeenLaterHasTheSameHash() {
        CniNode first = Digests.stamp(Records.cniNode("node-1"));
        CniNode later = Records.cniNode("node-1");
        later.getHeader().setObservedAt(Instant.parse("2026-11-22T00:00:00Z"));

        Digests.stamp(later);

        assertThat(later.getHeader().getContentHash())
                .isEqualTo(first.getHeader().getContentHash())
                .matches("[0-9a-f]{32}");
    }

    @Test
    void stampingTwiceChangesNothing() {
        CniNode node = Digests.stamp(Records.cniNode("node-1"));
        CniNode before = CniNode.newBuilder(node).build();

        Digests.stamp(node);

        assertThat(node).isEqualTo(before);
    }

    @Test
    void keepsTheTimeOfTheLook() {
        CniNode node = Digests.stamp(Records.cniNode("node-1"));

        assertThat(node.getHeader().getObservedAt()).isEqualTo(Records.header().getObservedAt());
    }

    @Test
    void anotherLevelHasAnotherHash() {
        CniNode ready = Digests.stamp(Records.cniNode("node-1"));
        CniNode notReady = Records.cniNode("node-1");
        notReady.setReady(false);

        Digests.stamp(notReady);

        assertThat(notReady.getHeader().getContentHash())
                .isNotEqualTo(ready.getHeader().getContentHash());
    }

    @Test
    void anotherObserverHasAnotherHash() {
        CniNode east = Digests.stamp(Records.cniNode("node-1"));
        CniNode west = Records.cniNode("node-1");
        west.getHeader().setClusterId("west");

        Digests.stamp(west);

        assertThat(west.getHeader().getContentHash())
                .isNotEqualTo(east.getHeader().getContentHash());
    }

    @Test
    void hashesAsSha256sumDoes() {
        assertThat(Digests.sha256Hex("abc".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
