package io.meshdiag.processor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VersionsTest {
    private static final ComponentVersion OLD = new ComponentVersion("istiod", "1.29.1");
    private static final ComponentVersion NEW = new ComponentVersion("istiod", "1.30.0");
    private static final ComponentVersion PROXY = new ComponentVersion("proxy", "1.29.1");
    private static final Rule RULE = new Rule(
            "TST-01",
            "TestRule",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "title",
            "why",
            "remedy",
            Duration.ZERO,
            Duration.ZERO,
            Set.of(),
            List.of());

    @Test
    void aDirectionIsSeenByTheIstiodsThatItLeadsFrom() {
        Scope direction = Scope.newBuilder(clusters("east", "west"))
                .setPair(new ClusterPair("west", "east"))
                .build();

        assertThat(versions(direction, List.of(), cluster("east", OLD), cluster("west", NEW)))
                .containsExactly(NEW);
    }

    @Test
    void whatARuleKnowsOfProxiesStandsBeside() {
        assertThat(versions(clusters("east"), List.of(PROXY), cluster("east", NEW, PROXY)))
                .containsExactly(NEW, PROXY);
    }

    @Test
    void aClusterBetweenTwoVersionsHasNone() {
        assertThat(versions(clusters("east"), List.of(), cluster("east", OLD, NEW)))
                .isEmpty();
    }

    @Test
    void severalClustersHaveNone() {
        assertThat(versions(clusters("east", "west"), List.of(), cluster("east", OLD), cluster("west", OLD)))
                .isEmpty();
    }

    private static List<ComponentVersion> versions(
            Scope scope, List<ComponentVersion> known, ClusterSummary... clusters) {
        Verdict verdict = VerdictBuilder.verdict(RULE, "key", List.of())
                .scope(scope)
                .subject("Cluster", "", "east", clusters[0])
                .versions(known)
                .build();
        return Versions.complete(verdict, List.of(clusters)).versions();
    }

    private static Scope clusters(String... ids) {
        return Scope.newBuilder().setMesh("mesh1").setClusters(List.of(ids)).build();
    }

    private static ClusterSummary cluster(String id, ComponentVersion... versions) {
        return ClusterSummary.newBuilder()
                .setMeshId("mesh1")
                .setClusterId(id)
                .setClusterUid(id + "-uid")
                .setAsOf(Instant.EPOCH)
                .setComplete(true)
                .setSilent(false)
                .setMode(CollectorMode.CLUSTER)
                .setVersions(List.of(versions))
                .build();
    }
}
