package io.meshdiag.processor.explain;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Rule.Edge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The catalogue's cause→symptom edges, and where they apply among findings. */
public final class Edges {
    /** A cause may be noticed this much later than its symptom. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final Map<String, List<Edge>> byCause = new HashMap<>();
    private final Set<String> symptoms = new HashSet<>();

    /** Edges of these rules. */
    public Edges(Collection<Rule> rules) {
        rules.forEach(rule -> {
            byCause.put(rule.id(), rule.explains());
            rule.explains().forEach(edge -> symptoms.add(edge.symptom()));
        });
    }

    /** True when findings of this rule may be symptoms of others. */
    boolean explained(String rule) {
        return symptoms.contains(rule);
    }

    /** A finding that may explain another. */
    record Cause(Finding finding, String reason) {}

    /** What a cause looks for, and a symptom is found under: the symptom's rule and the place where both must meet. */
    private record Meeting(String symptomRule, Object place) {}

    /** Where symptoms meet that are seen towards one cluster. */
    private record Towards(String cluster) {}

    /** Where symptoms meet that are about clusters of the cause only: under their first cluster, so that each is found once. */
    private record First(String cluster) {}

    /** Where symptoms meet that are about virtual machines: under their first one. */
    private record Machine(String cluster, String vm) {}

    /** For every finding, by id, all that may explain it. */
    Map<String, List<Cause>> causes(List<Finding> findings) {
        Map<Meeting, List<Finding>> symptoms = new HashMap<>();
        Map<String, List<Cause>> causes = new HashMap<>();
        for (Finding finding : findings) {
            causes.put(finding.getId(), new ArrayList<>());
            places(finding)
                    .map(place -> new Meeting(finding.getRule().getId(), place))
                    .forEach(meeting -> symptoms.computeIfAbsent(meeting, m -> new ArrayList<>())
                            .add(finding));
        }
        for (Finding cause : findings) {
            for (Edge edge : byCause.getOrDefault(cause.getRule().getId(), List.of())) {
                meeting(cause, edge)
                        .flatMap(meeting -> symptoms.getOrDefault(meeting, List.of()).stream())
                        .filter(symptom -> applies(cause, edge, symptom))
                        .forEach(symptom -> causes.get(symptom.getId()).add(new Cause(cause, edge.reason())));
            }
        }
        return causes;
    }

    private static Stream<Object> places(Finding finding) {
        ClusterPair pair = finding.getScope().getPair();
        List<String> clusters = finding.getScope().getClusters();
        return Stream.of(
                        clusters.stream().distinct(),
                        clusters.stream().limit(1).map(First::new),
                        machines(finding).limit(1),
                        pair == null ? Stream.empty() : Stream.of(pair, new Towards(pair.getTo())))
                .flatMap(places -> places);
    }

    private static Stream<Machine> machines(Finding finding) {
        return finding.getScope().getClusters().stream()
                .limit(1)
                .flatMap(cluster -> finding.getScope().getMachines().stream().map(vm -> new Machine(cluster, vm)));
    }

    private static Stream<Meeting> meeting(Finding cause, Edge edge) {
        ClusterPair pair = cause.getScope().getPair();
        Stream<?> place =
                switch (edge.joinOn()) {
                    // Any one cluster finds the candidates; that all are among theirs is asked of each.
                    case CLUSTER -> cause.getScope().getClusters().stream().limit(1);
                    case AMONG -> cause.getScope().getClusters().stream().map(First::new);
                    case PAIR -> Stream.ofNullable(pair);
                    case MACHINES -> machines(cause);
                    case TARGET -> Stream.ofNullable(pair).map(p -> new First(p.getTo()));
                    case TOWARDS -> cause.getScope().getClusters().stream().map(Towards::new);
                    case REVERSED_PAIR -> Stream.ofNullable(pair).map(p -> new ClusterPair(p.getTo(), p.getFrom()));
                };
        return place.map(where -> new Meeting(edge.symptom(), where));
    }

    private static boolean applies(Finding cause, Edge edge, Finding symptom) {
        Scope of = cause.getScope();
        boolean together =
                switch (edge.joinOn()) {
                    case CLUSTER -> symptom.getScope().getClusters().containsAll(of.getClusters());
                    case AMONG ->
                        of.getClusters().containsAll(symptom.getScope().getClusters());
                    case TARGET ->
                        symptom.getScope()
                                .getClusters()
                                .equals(List.of(of.getPair().getTo()));
                    case MACHINES ->
                        of.getMachines().containsAll(symptom.getScope().getMachines());
                    case TOWARDS ->
                        of.getObservers().isEmpty()
                                || of.getObservers()
                                        .contains(symptom.getScope().getPair().getFrom());
                    case PAIR, REVERSED_PAIR -> true;
                };
        return together && !cause.getId().equals(symptom.getId()) && inTime(cause, symptom);
    }

    /** An archive shows that something is so, not since when: then order says nothing. */
    private static boolean inTime(Finding cause, Finding symptom) {
        return cause.getSeenOnce()
                || symptom.getSeenOnce()
                || !cause.getFirstSeen().isAfter(symptom.getFirstSeen().plus(TOLERANCE));
    }
}
