package io.meshdiag.standalone.report;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Evidence;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Findings for tests of what people see. */
final class Findings {
    static final Instant NINE = Instant.parse("2026-11-20T09:00:00Z");

    private Findings() {}

    /** An active finding that nothing explains. */
    static Finding finding(String id, String rule, Severity severity, String title) {
        return Finding.newBuilder()
                .setId(id)
                .setScopeKey("east-uid->west-uid")
                .setRevision(3)
                .setTransition(Transition.OPENED)
                .setRule(RuleRef.newBuilder()
                        .setId(rule)
                        .setName("NoCommonTrust")
                        .setFamily(rule.substring(0, 3))
                        .build())
                .setTitle(title)
                .setDescription("east trusts sha256:aaaa; west is signed by sha256:bbbb.")
                .setState(DetectionState.ACTIVE)
                .setSeverity(severity)
                .setScope(Scope.newBuilder()
                        .setMesh("retail")
                        .setClusters(List.of("east", "west"))
                        .build())
                .setSubject(Subject.newBuilder()
                        .setKind("Secret")
                        .setNamespace("istio-system")
                        .setName("cacerts")
                        .setCluster("west")
                        .build())
                .setAffected(Affected.newBuilder()
                        .setClusters(2)
                        .setProxies(1200)
                        .setSamples(List.of("shop/cart@east"))
                        .build())
                .setFirstSeen(NINE)
                .setLastSeen(NINE)
                .setOpenedAt(NINE)
                .setSeenOnce(true)
                .setEvidence(List.of(Evidence.newBuilder()
                        .setKind("TrustBundle")
                        .setSource("kubernetes:configmaps")
                        .setCluster("east")
                        .setObserver("archive")
                        .setSubject("default/istio-ca-root-cert")
                        .setValue("trusts sha256:aaaa")
                        .setAt(NINE)
                        .build()))
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.INDEPENDENT)
                        .setFindingId(id)
                        .build())
                .setIncidentId(id + "#1")
                .setExplains(Explains.newBuilder().build())
                .setRemediation(Remediation.newBuilder()
                        .setSummary("Sign both with one root.")
                        .setSteps(List.of(
                                new RemediationStep(
                                        1, "Compare the roots.", "kubectl --context=east get secret cacerts"),
                                new RemediationStep(2, "Decide on one.", null)))
                        .build())
                .setCoverage(new Coverage(true, List.of()))
                .setLabels(Map.of("team", "mesh"))
                .build();
    }

    static Finding explainedBy(Finding root, Finding symptom) {
        root.getRootCause().setRelation(Relation.ROOT);
        symptom.setRootCause(RootCause.newBuilder()
                .setRelation(Relation.SYMPTOM)
                .setFindingId(root.getId())
                .setParentId(root.getId())
                .setDepth(1)
                .setReason("the root is istiod's own")
                .build());
        symptom.setIncidentId(root.getIncidentId());
        return symptom;
    }

    static Diagnosis diagnosis(Finding... findings) {
        return new Diagnosis(
                List.of(
                        new Diagnosis.ClusterLook("east/", "retail", "east", NINE, List.of()),
                        new Diagnosis.ClusterLook("west.tar.gz", "retail", "west", NINE, List.of())),
                List.of(findings),
                42,
                0,
                List.of());
    }
}
