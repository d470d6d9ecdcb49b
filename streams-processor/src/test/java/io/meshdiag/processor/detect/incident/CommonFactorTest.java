package io.meshdiag.processor.detect.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.finding.Affected;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Remediation;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.finding.Transition;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.incident.CommonFactor.Shared;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonFactorTest {
    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NODE           | node-3     | kubectl --context=east describe node node-3
            ISTIOD         | istiod-7   | kubectl --context=east --namespace=istio-system logs istiod-7 --since=1h
            NETWORK        | eu         | kubectl --context=east get service --all-namespaces --selector=topology.istio.io/network=eu
            PROXY_VERSION  | 1.29.1     | istioctl proxy-status --context=east
            ISTIOD_VERSION | 1.29.1     | istioctl version --context=east
            DIRECTION      | west       | istioctl remote-clusters --context=east
            """)
    void saysWhereToLookNext(FactorKind kind, String value, String command) {
        assertThat(commands(kind, value, 0, about("Cluster", null, "east", "east")))
                .containsSubsequence("meshdiag explain mf1-east", command)
                .last()
                .asString()
                .contains("get events");
    }

    @Test
    void anObjectIsShownWithWhoChangedItInEachCluster() {
        Finding east = about("EnvoyFilter", "shop", "rewrite-headers", "east");
        Finding west = about("EnvoyFilter", "shop", "rewrite-headers", "west");

        assertThat(commands(FactorKind.RESOURCE, "EnvoyFilter shop/rewrite-headers", 2, east, west))
                .contains(
                        "kubectl --context=east --namespace=shop get envoyfilter/rewrite-headers --output=yaml --show-managed-fields",
                        "kubectl --context=west --namespace=shop get envoyfilter/rewrite-headers --output=yaml --show-managed-fields");
    }

    @Test
    void anObjectThatWasChangedShortlyBeforeEachIsSuspectedMore() {
        Finding east = about("EnvoyFilter", "shop", "rewrite-headers", "east");
        Finding west = about("EnvoyFilter", "shop", "rewrite-headers", "west");

        Verdict changed = verdict(FactorKind.RESOURCE, "EnvoyFilter shop/rewrite-headers", 2, east, west);
        Verdict halfChanged = verdict(FactorKind.RESOURCE, "EnvoyFilter shop/rewrite-headers", 1, east, west);

        assertThat(changed.confidence()).isEqualTo(0.95);
        assertThat(changed.description()).contains("shortly before each of them");
        assertThat(changed.subject().getKind()).isEqualTo("EnvoyFilter");
        assertThat(halfChanged.confidence()).isEqualTo(0.9);
        assertThat(halfChanged.description()).doesNotContain("shortly before");
    }

    @Test
    void aVersionIsSaidToBeThatOfAShareOfTheMesh() {
        assertThat(verdict(FactorKind.ISTIOD_VERSION, "1.29.1", 0, about("Cluster", null, "east", "east"))
                        .description())
                .contains("It is that of about 25% of all clusters.");
    }

    private static List<String> commands(FactorKind kind, String value, long changed, Finding... symptoms) {
        return verdict(kind, value, changed, symptoms).steps().stream()
                .map(RemediationStep::getCommand)
                .filter(Objects::nonNull)
                .toList();
    }

    private static Verdict verdict(FactorKind kind, String value, long changed, Finding... symptoms) {
        Scope scope = Scope.newBuilder()
                .setMesh("mesh1")
                .setClusters(Stream.of(symptoms)
                        .map(symptom -> symptom.getSubject().getCluster())
                        .toList())
                .build();
        var shared =
                new Shared(kind, value, "something", scope, List.of(symptoms), symptoms.length, 0.25, 0.001, changed);
        return CommonFactor.verdict("key", shared, cluster("east"));
    }

    private static Finding about(String kind, String namespace, String name, String cluster) {
        String id = "mf1-" + cluster;
        return Finding.newBuilder()
                .setId(id)
                .setScopeKey(cluster)
                .setRevision(1)
                .setTransition(Transition.OPENED)
                .setRule(new RuleRef("AAA-01", "TestRule", 1, "AAA", null))
                .setTitle("title")
                .setDescription("description")
                .setState(DetectionState.ACTIVE)
                .setSeverity(Severity.HIGH)
                .setScope(Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(List.of(cluster))
                        .build())
                .setSubject(new Subject(kind, null, namespace, name, cluster, null))
                .setAffected(new Affected(1, 0, 0, List.of()))
                .setFirstSeen(T0)
                .setLastSeen(T0)
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.INDEPENDENT)
                        .setFindingId(id)
                        .build())
                .setIncidentId(id)
                .setExplains(Explains.newBuilder().build())
                .setRemediation(Remediation.newBuilder().setSummary("").build())
                .setCoverage(Coverage.newBuilder().build())
                .build();
    }

    private static ClusterSummary cluster(String id) {
        return ClusterSummary.newBuilder()
                .setMeshId("mesh1")
                .setClusterId(id)
                .setClusterUid(id + "-uid")
                .setAsOf(T0)
                .setComplete(true)
                .setSilent(false)
                .setMode(CollectorMode.CLUSTER)
                .build();
    }
}
