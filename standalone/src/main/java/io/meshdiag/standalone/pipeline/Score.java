package io.meshdiag.standalone.pipeline;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.report.Diagnosis;
import io.meshdiag.standalone.report.FindingFilter;
import io.meshdiag.standalone.report.Incident;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a scenario promises against what was found in it.
 *
 * @param expected incidents that the scenario states
 * @param found incidents that were found
 * @param missing stated and not found, or found with another reach than stated
 * @param extra found and not stated; and whatever else a healthy run does not have: findings that are not active, dead letters, notes
 */
public record Score(String scenario, int expected, int found, List<String> missing, List<String> extra) {
    /** Compares; the same incident twice counts twice. */
    public static Score of(Scenario scenario, Diagnosis diagnosis) {
        List<Seen> promised = scenario.expected().stream().map(Seen::promised).toList();
        List<Seen> seen = Seen.in(diagnosis.findings());
        List<String> oddities = Stream.of(
                        diagnosis.findings().stream()
                                .filter(finding -> finding.getState() != DetectionState.ACTIVE)
                                .map(Score::inactive),
                        Stream.of(diagnosis.deadLetters() + " dead letter(s)")
                                .filter(text -> diagnosis.deadLetters() > 0),
                        diagnosis.notes().stream())
                .flatMap(part -> part)
                .toList();
        return new Score(
                scenario.name(),
                promised.size(),
                seen.size(),
                Stream.concat(texts(without(promised, seen)).stream(), otherReach(scenario, diagnosis.findings()))
                        .toList(),
                Stream.concat(texts(without(seen, promised)).stream(), oddities.stream())
                        .toList());
    }

    /** True when exactly what was stated was found. */
    public boolean perfect() {
        return missing.isEmpty() && extra.isEmpty();
    }

    private static Stream<String> otherReach(Scenario scenario, List<Finding> findings) {
        List<Incident> incidents = Incident.among(findings, FindingFilter.ALL);
        return scenario.expected().stream()
                .filter(expected -> !expected.reach().isEmpty())
                .flatMap(expected -> incidents.stream()
                        .filter(incident -> Seen.of(incident).equals(Seen.promised(expected)))
                        .filter(incident -> !reach(incident)
                                .entrySet()
                                .containsAll(expected.reach().entrySet()))
                        .map(incident -> Seen.promised(expected) + ": reaches " + reach(incident) + ", not "
                                + expected.reach()));
    }

    private static Map<String, Integer> reach(Incident incident) {
        Explains explains = incident.cause().getExplains();
        return new TreeMap<>(Map.of("clusters", explains.getClustersCount(), "services", explains.getServicesCount()));
    }

    private static String inactive(Finding finding) {
        return finding.getRule().getId() + " is " + finding.getState() + ": " + finding.getTitle();
    }

    private static List<Seen> without(List<Seen> all, List<Seen> others) {
        List<Seen> left = new ArrayList<>(all);
        others.forEach(left::remove);
        return left;
    }

    private static List<String> texts(List<Seen> incidents) {
        return incidents.stream().map(Seen::toString).toList();
    }
}
