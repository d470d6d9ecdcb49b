package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.serde.Records;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactKeyTest {
    @Test
    void isReadableWithTheObserversClusterFirst() {
        assertThat(Facts.key(Records.cniNode("node-1"))).hasToString("mesh1/east@0f8fad5b/CniNode/node-1");
    }

    @Test
    void namesEverySegmentOfTheSubject() {
        assertThat(Facts.key(Records.workload("web-1"))).hasToString("mesh1/east@0f8fad5b/Workload/shop/web-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-1", "", "a/b", "100%", "%2F", "%00", "%25/", "ünïcode", "a b", "@"})
    void givesBackWhateverSubjectItWasMadeOf(String subject) {
        FactKey key = new FactKey("mesh1", "east@0f8fad5b", FactKind.WORKLOAD, List.of("shop", subject));

        assertThat(FactKey.parse(key.toString())).isEqualTo(key);
    }

    @Test
    void keepsAHostileNameInItsOwnCluster() {
        FactKey key = FactKey.of(Records.header(), FactKind.CNI_NODE, "x/../../mesh1/west@11111111");

        assertThat(key.toString()).startsWith("mesh1/east@0f8fad5b/CniNode/");
        assertThat(key.toString().split("/")).hasSize(4);
    }

    @Test
    void keepsAHostileClusterIdInItsOwnMesh() {
        FactKey key = new FactKey(
                "mesh1", FactKey.clusterSegment("a/b", "0f8fad5b-d9cb"), FactKind.CNI_NODE, List.of("node-1"));

        assertThat(key.clusterKey()).isEqualTo("mesh1/a%2Fb@0f8fad5b");
        assertThat(FactKey.parse(key.toString()).clusterId()).isEqualTo("a/b");
    }

    @Test
    void carriesAClusterWhoseUidCouldNotBeRead() {
        assertThat(FactKey.clusterSegment("east", "")).isEqualTo("east@");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mesh1", "mesh1/east@0f8fad5b", "mesh1/east/CniNode/n", "mesh1/east@1/Nonsense/n"})
    void saysWhatIsWrongWithAKeyThatIsNone(String key) {
        assertThatThrownBy(() -> FactKey.parse(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fact's key");
    }
}
