package io.meshdiag.simulator;

import io.meshdiag.simulator.scenario.Fields;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One incident that a scenario must lead to. What is not listed must not be found.
 *
 * @param rule code of the root finding
 * @param clusters clusters that the incident is about; for a directed pair first the one that lacks something, then the
 *     one that it cannot see
 * @param service namespace/name when it is about a Service, else empty
 * @param symptoms number of symptom findings by rule, sorted by rule
 * @param reach how many clusters and services cause and symptoms concern, by these two words; what is not there is not stated
 */
public record Expected(
        String rule, List<String> clusters, String service, Map<String, Integer> symptoms, Map<String, Integer> reach) {

    static Expected read(Fields fields) {
        String from = fields.text("from", "");
        List<String> clusters = from.isEmpty() ? fields.texts("clusters", List.of()) : List.of(from, fields.text("to"));
        String rule = fields.text("rule");
        if (!rule.matches("[A-Z]{3}-\\d{2}")) {
            fields.problem("rule", "must be a rule's code such as TRU-02, not '" + rule + "'");
        }
        Map<String, Integer> reach = fields.counts("reach");
        if (!Set.of("clusters", "services").containsAll(reach.keySet())) {
            fields.problem("reach", "has clusters and services, not " + reach.keySet());
        }
        return new Expected(rule, clusters, fields.text("service", ""), fields.counts("symptoms"), reach);
    }

    /** Symptoms of all rules together. */
    public int symptomCount() {
        return symptoms.values().stream().mapToInt(Integer::intValue).sum();
    }
}
