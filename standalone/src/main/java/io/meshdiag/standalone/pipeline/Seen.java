package io.meshdiag.standalone.pipeline;

import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.simulator.Expected;
import io.meshdiag.standalone.report.FindingFilter;
import io.meshdiag.standalone.report.Incident;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An incident reduced to what scenarios promise: rule, clusters (a directed pair in its direction), service, symptoms by rule. */
public record Seen(String rule, List<String> clusters, String service, Map<String, Integer> symptoms) {

    public static Seen promised(Expected expected) {
        return new Seen(expected.rule(), expected.clusters(), expected.service(), new TreeMap<>(expected.symptoms()));
    }

    public static List<Seen> in(Collection<Finding> findings) {
        return Incident.among(findings, FindingFilter.ALL).stream()
                .map(Seen::of)
                .toList();
    }

    static Seen of(Incident incident) {
        Scope scope = incident.cause().getScope();
        List<String> clusters = scope.getPair() == null
                ? scope.getClusters()
                : List.of(scope.getPair().getFrom(), scope.getPair().getTo());
        Map<String, Integer> symptoms = new TreeMap<>();
        incident.symptoms().forEach(s -> symptoms.merge(s.getRule().getId(), 1, Integer::sum));
        String service = scope.getService() == null ? "" : scope.getNamespace() + "/" + scope.getService();
        return new Seen(incident.cause().getRule().getId(), clusters, service, symptoms);
    }

    /** For people: "RMT-01 east → west, 3 × EPT-01". */
    @Override
    public String toString() {
        String at = String.join(" → ", clusters) + (service.isEmpty() ? "" : " " + service);
        return rule + " " + at
                + symptoms.entrySet().stream()
                        .map(e -> ", " + e.getValue() + " × " + e.getKey())
                        .collect(Collectors.joining());
    }
}
