package io.meshdiag.sink.harness;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Forecast;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Remediation;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleCount;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.finding.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Findings for tests. */
public final class Findings {
    public static final Instant SEEN = Instant.parse("2026-11-20T08:00:00Z");

    private Findings() {}

    /** A missing remote secret with every field set. */
    public static Finding.Builder finding(String id, long revision) {
        return Finding.newBuilder()
                .setId(id)
                .setScopeKey("west-uid->east-uid")
                .setRevision(revision)
                .setTransition(revision == 1 ? Transition.OPENED : Transition.UPDATED)
                .setRule(RuleRef.newBuilder()
                        .setId("RMT-01")
                        .setName("RemoteSecretMissing")
                        .setFamily("RMT")
                        .setDocUrl("https://meshdiag.example/rules/RMT-01")
                        .build())
                .setTitle("west has no remote secret for east")
                .setDescription("istiod of west cannot read services of east.")
                .setState(DetectionState.ACTIVE)
                .setSeverity(Severity.HIGH)
                .setScope(Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(List.of("east", "west"))
                        .setPair(ClusterPair.newBuilder()
                                .setFrom("west")
                                .setTo("east")
                                .build())
                        .setNetwork("network1")
                        .setService("web")
                        .setNode("node-1")
                        .setWorkload("web-v1")
                        .setIstiod("istiod-7d9")
                        .build())
                .setSubject(Subject.newBuilder()
                        .setKind("Secret")
                        .setNamespace("istio-system")
                        .setName("istio-remote-secret-east")
                        .setCluster("west")
                        .build())
                .setAffected(Affected.newBuilder()
                        .setClusters(2)
                        .setServices(40)
                        .setSamples(List.of("shop/web"))
                        .build())
                .setFirstSeen(SEEN)
                .setLastSeen(SEEN)
                .setOpenedAt(SEEN)
                .setResolvedAt(SEEN)
                .setEvidence(List.of(Evidence.newBuilder()
                        .setKind("RemoteSecret")
                        .setSource("kubernetes:Secret")
                        .setCluster("west")
                        .setObserver("collector")
                        .setSubject("RemoteSecret/east")
                        .setValue("no secret for cluster east")
                        .setAt(SEEN)
                        .build()))
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.ROOT)
                        .setFindingId(id)
                        .setParentId("mf1-parent")
                        .build())
                .setIncidentId(id + "#1")
                .setExplains(Explains.newBuilder()
                        .setCount(40)
                        .setByRule(List.of(RuleCount.newBuilder()
                                .setRule("EPT-01")
                                .setCount(40)
                                .build()))
                        .build())
                .setRemediation(Remediation.newBuilder()
                        .setSummary("Create the missing secret.")
                        .setSteps(List.of(RemediationStep.newBuilder()
                                .setOrder(1)
                                .setText("Create it.")
                                .setCommand("istioctl create-remote-secret --name=east")
                                .build()))
                        .build())
                .setForecast(Forecast.newBuilder()
                        .setHappensAt(SEEN)
                        .setConsequence("calls to east fail")
                        .build())
                .setCoverage(Coverage.newBuilder()
                        .setMissing(List.of("istiod/clusterz"))
                        .build())
                .setLabels(Map.of("team.name", "shop"));
    }
}
