package io.meshdiag.processor.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.finding.ComponentVersion;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionRollupTest {
    private static final FactHeader HEADER =
            new FactHeader("mesh1", "east", "east-uid", "collector", Instant.EPOCH, "test", "", null);

    @Test
    void namesEachVersionOfIstiodsAndProxiesOnce() {
        List<ComponentVersion> versions = VersionRollup.of(
                List.of(revisions("1.30.0", "1.29.1-distroless", null)),
                List.of(proxy("a", "1.29.1"), proxy("b", "1.29.1"), proxy("c", null)));

        assertThat(versions)
                .containsExactly(
                        new ComponentVersion("istiod", "1.29.1"),
                        new ComponentVersion("istiod", "1.30.0"),
                        new ComponentVersion("proxy", "1.29.1"));
    }

    @Test
    void ofAClusterWithoutProfileIsWhatItsIstiodsList() {
        assertThat(VersionRollup.of(List.of(), List.of(proxy("a", "1.29.1"))))
                .containsExactly(new ComponentVersion("proxy", "1.29.1"));
    }

    private static ClusterProfile revisions(String... versions) {
        return ClusterProfile.newBuilder()
                .setHeader(HEADER)
                .setControlPlanes(Arrays.stream(versions)
                        .map(version -> new ControlPlane("rev", version, "istio-system", 1, 1))
                        .toList())
                .setClusterIdSource("test")
                .build();
    }

    private static ProxyStatus proxy(String name, String version) {
        return ProxyStatus.newBuilder()
                .setHeader(HEADER)
                .setNamespace("shop")
                .setName(name)
                .setIstiod("istiod-1")
                .setIstioVersion(version)
                .setXds(List.of())
                .build();
    }
}
