package io.meshdiag.collector.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.SmallJvm;
import org.junit.jupiter.api.Test;

/** Pages of 300 MB, in a JVM of their own with a small heap. */
class LargePagesTest {
    @Test
    void readsHugePagesInASmallHeap() throws Exception {
        assertThat(SmallJvm.run("128m", LargePagesMain.class))
                .contains("config dump: 2 facts, 300 MB", "endpointShardz: ", "log: 1 facts, 300 MB");
    }
}
