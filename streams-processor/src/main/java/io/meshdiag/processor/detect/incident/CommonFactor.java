package io.meshdiag.processor.detect.incident;

import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * INC-01: many findings of one rule that nothing explains have something in common, far more often than by chance.
 *
 * <p>No detector of facts: it is judged in the incident stage, on findings. What it says is a suspicion, so that its confidence is below 1.
 */
public final class CommonFactor {
    private static final int SHOWN = 8;

    /** What people read about it. */
    public static final Rule RULE = new Rule(
            "INC-01",
            "CommonFactor",
            1,
            Rule.Level.INCIDENT,
            Severity.MEDIUM,
            "Findings that nothing explains have something in common",
            "Findings of one rule were opened within a short time, no rule knows their cause, and they share a node, an istiod,"
                    + " an object that can be changed, a direction between two clusters, a service, a cluster, a network or a version of Istio far more often than"
                    + " chance would have it. Then one cause that no rule knows is likelier than many: it is where they meet.",
            "Look at what they share before you look at each: what was changed or restarted there shortly before the first of them?",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(),
            List.of());

    private CommonFactor() {}

    /**
     * What findings share, and how surprising that is.
     *
     * @param kind what they share
     * @param value its name; of an object its kind, then its namespace (where it has one) and name
     * @param where for people. Example: "the direction from east to west"
     * @param scope where it is
     * @param symptoms the findings that share it, at least one
     * @param alike unexplained findings of the same rule that were opened in the same time, these included
     * @param baseRate share of findings that would have it by chance; of a network or a version the share of the mesh's clusters that have it
     * @param chance probability that so many have it by chance
     * @param changedBefore of how many the object was changed shortly before they began
     */
    public record Shared(
            FactorKind kind,
            String value,
            String where,
            Scope scope,
            List<Finding> symptoms,
            int alike,
            double baseRate,
            double chance,
            long changedBefore) {
        public Shared {
            symptoms = List.copyOf(symptoms);
        }

        String rule() {
            return symptoms.get(0).getRule().getId();
        }

        /** The object was changed before each of them began. */
        public boolean changed() {
            return kind.object() && changedBefore == symptoms.size();
        }

        Instant first() {
            return symptoms.stream()
                    .map(Finding::getFirstSeen)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /**
     * The suspicion.
     *
     * @param scopeKey rule and value that they share
     * @param cluster to look at first
     */
    public static Verdict verdict(String scopeKey, Shared shared, ClusterSummary cluster) {
        List<Finding> symptoms = shared.symptoms();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, scopeKey, List.of())
                .severity(symptoms.stream()
                        .map(Finding::getSeverity)
                        .max(Comparator.naturalOrder())
                        .orElseThrow())
                .confidence(confidence(shared))
                .title(symptoms.size() + " findings of " + shared.rule() + " share " + shared.where())
                .description(
                        "'" + symptoms.get(0).getRule().getName() + "' was found " + shared.alike()
                                + " time(s) in a short time without a known cause, " + symptoms.size()
                                + " time(s) with " + shared.where() + ".",
                        String.format(
                                Locale.ROOT,
                                shared.kind().wide()
                                        ? "It is that of about %.0f%% of all clusters."
                                        : "By chance about %.0f%% would have it in common.",
                                100 * shared.baseRate()),
                        shared.changed() ? "It was made or changed shortly before each of them began." : "",
                        "This is a suspicion: no rule saw the cause itself.")
                .scope(shared.scope())
                .affected(
                        shared.scope().getClusters().size(),
                        (int) symptoms.stream()
                                .map(Finding::getScope)
                                .filter(scope -> scope.getService() != null)
                                .map(scope -> scope.getNamespace() + "/" + scope.getService())
                                .distinct()
                                .count(),
                        0,
                        symptoms.stream().map(Finding::getTitle).sorted().toList())
                .since(Optional.of(shared.first()));
        WhereToLook.subject(verdict, shared, cluster);
        verdict.evidence(new Evidence(
                "Finding",
                "open findings of the mesh",
                cluster.getClusterId(),
                "streams-processor",
                shared.rule(),
                String.format(
                        Locale.ROOT,
                        "%d of %d share %s; base rate %.3f; probability by chance below %.4f",
                        symptoms.size(),
                        shared.alike(),
                        shared.where(),
                        shared.baseRate(),
                        Math.max(shared.chance(), 0.0001)),
                shared.first()));
        symptoms.stream().limit(SHOWN).forEach(symptom -> verdict.evidence(evidence(symptom, cluster)));
        verdict.step(
                "Read one of them to its end: the others say the same.",
                "meshdiag explain " + symptoms.get(0).getId());
        WhereToLook.steps(verdict, shared, cluster);
        return verdict.build();
    }

    /** Never certain, whatever the numbers say: that things meet is no proof that they come from there. */
    private static double confidence(Shared shared) {
        double most = shared.changed() ? 0.95 : 0.9;
        return Math.round(100 * Math.min(most, 1 - shared.chance())) / 100.0;
    }

    private static Evidence evidence(Finding symptom, ClusterSummary cluster) {
        return new Evidence(
                "Finding",
                "finding " + symptom.getId(),
                cluster.getClusterId(),
                "streams-processor",
                symptom.getScopeKey(),
                symptom.getTitle(),
                symptom.getFirstSeen());
    }
}
