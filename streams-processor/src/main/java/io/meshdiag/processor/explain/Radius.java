package io.meshdiag.processor.explain;

import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.RuleCount;
import io.meshdiag.finding.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** How far a root reaches: its symptoms by rule, and the clusters and services that they name. Counts are whole, lists are bounded. */
final class Radius {
    private static final int NAMES = 50;

    private Radius() {}

    static Explains of(Finding root, Collection<Finding> symptoms) {
        Map<String, Integer> byRule = new TreeMap<>();
        SortedSet<String> clusters = new TreeSet<>();
        SortedSet<String> services = new TreeSet<>();
        if (!symptoms.isEmpty()) {
            clusters.addAll(root.getScope().getClusters());
        }
        int most = 0;
        for (Finding symptom : symptoms) {
            Scope scope = symptom.getScope();
            byRule.merge(symptom.getRule().getId(), 1, Integer::sum);
            clusters.addAll(scope.getClusters());
            most = Math.max(most, symptom.getAffected().getServices());
            if (scope.getService() != null) {
                services.add(scope.getNamespace() + "/" + scope.getService());
            }
        }
        List<RuleCount> counts = new ArrayList<>();
        byRule.forEach((rule, count) -> counts.add(new RuleCount(rule, count)));
        return Explains.newBuilder()
                .setCount(symptoms.size())
                .setByRule(counts)
                .setClustersCount(clusters.size())
                .setClusters(clusters.stream().limit(NAMES).toList())
                // One symptom may stand for all services of a cluster, and names none of them.
                .setServicesCount(Math.max(services.size(), most))
                .setServices(services.stream().limit(NAMES).toList())
                .build();
    }
}
