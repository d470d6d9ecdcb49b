package io.meshdiag.standalone.report;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * One cause and what it explains.
 *
 * @param cause a root, or a finding that stands alone
 * @param symptoms findings that the cause explains, directly or through others
 */
public record Incident(Finding cause, List<Finding> symptoms) {

    /** Worst first: severity, then how many suffer, then how much it explains; the rest makes the order total. */
    static final Comparator<Finding> WORST_FIRST = Comparator.comparing(Finding::getSeverity)
            .thenComparing(f -> f.getExplains().getCount())
            .thenComparing(f -> f.getAffected().getProxies())
            .thenComparing(f -> f.getAffected().getServices())
            .thenComparing(f -> f.getAffected().getClusters())
            .reversed()
            .thenComparing(f -> f.getRule().getId())
            .thenComparing(Finding::getScopeKey);

    public Incident {
        symptoms = List.copyOf(symptoms);
    }

    /** True while the problem is there; RECOVERING counts, because it is not over before it is resolved. */
    public static boolean open(Finding finding) {
        return finding.getState() == DetectionState.ACTIVE || finding.getState() == DetectionState.RECOVERING;
    }

    /**
     * Open incidents among these findings whose cause is wanted, worst first. A symptom whose cause is not there stands alone; what people decided
     * not to be told is not among them.
     */
    public static List<Incident> among(Collection<Finding> findings, Predicate<Finding> wanted) {
        return all(findings, wanted.and(cause -> !cause.getSuppression().getActive()));
    }

    /** As {@link #among}, of those incidents that people decided not to be told of. */
    public static List<Incident> suppressed(Collection<Finding> findings, Predicate<Finding> wanted) {
        return all(findings, wanted.and(cause -> cause.getSuppression().getActive()));
    }

    private static List<Incident> all(Collection<Finding> findings, Predicate<Finding> wanted) {
        Map<String, Finding> open = new LinkedHashMap<>();
        findings.stream().filter(Incident::open).sorted(WORST_FIRST).forEach(f -> open.put(f.getId(), f));
        return open.values().stream()
                .filter(f -> !explained(f, open))
                .filter(wanted)
                .map(cause -> new Incident(
                        cause,
                        open.values().stream()
                                .filter(f -> explained(f, open)
                                        && f.getRootCause().getFindingId().equals(cause.getId()))
                                .toList()))
                .toList();
    }

    /** Number of symptoms by rule. */
    Map<String, Long> symptomsByRule() {
        Map<String, Long> counts = new TreeMap<>();
        symptoms.forEach(s -> counts.merge(s.getRule().getId(), 1L, Long::sum));
        return counts;
    }

    /** Who suffers from the cause and from what it explains. What is counted twice is counted once only where names tell. */
    Affected affected() {
        List<Finding> all = Stream.concat(Stream.of(cause), symptoms.stream()).toList();
        long clusters = all.stream()
                .flatMap(f -> f.getScope().getClusters().stream())
                .distinct()
                .count();
        long services = all.stream()
                .map(Finding::getScope)
                .filter(scope -> scope.getService() != null)
                .map(scope -> scope.getNamespace() + "/" + scope.getService())
                .distinct()
                .count();
        return Affected.newBuilder(cause.getAffected())
                .setClusters(Math.max(cause.getAffected().getClusters(), (int) clusters))
                .setServices(most(all, (int) services, Affected::getServices))
                .setProxies(most(all, 0, Affected::getProxies))
                .build();
    }

    private static int most(List<Finding> findings, int atLeast, ToIntFunction<Affected> count) {
        return Math.max(
                atLeast,
                findings.stream()
                        .map(Finding::getAffected)
                        .mapToInt(count)
                        .max()
                        .orElse(0));
    }

    private static boolean explained(Finding finding, Map<String, Finding> open) {
        return finding.getRootCause().getRelation() == Relation.SYMPTOM
                && open.containsKey(finding.getRootCause().getFindingId());
    }
}
