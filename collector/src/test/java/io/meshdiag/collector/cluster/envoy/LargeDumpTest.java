package io.meshdiag.collector.cluster.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.SmallJvm;
import org.junit.jupiter.api.Test;

/** Dumps of 200 MB, from Envoy and from istiod, in a JVM of their own with a small heap. */
class LargeDumpTest {
    @Test
    void looksAtHugeDumpsInASmallHeap() throws Exception {
        assertThat(SmallJvm.run("64m", LargeDumpMain.class)).contains("50000 clusters", "50 drifted");
    }
}
