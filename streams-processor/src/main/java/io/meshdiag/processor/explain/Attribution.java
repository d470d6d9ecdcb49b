package io.meshdiag.processor.explain;

import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.RootCause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which finding explains which: a pure function of the open findings of a mesh, so that a replay gives the same trees.
 *
 * <p>Of several causes a symptom takes the one deepest in its own tree, then the one that started first, then the smallest id. A finding is placed
 * once all its possible causes are; where causes wait for each other in a circle, the one that started first is placed without the others.
 *
 * @param rootCause by finding id
 * @param incidents incident id by finding id
 * @param explains by finding id; only roots explain anything
 */
record Attribution(Map<String, RootCause> rootCause, Map<String, String> incidents, Map<String, Explains> explains) {
    private static final Comparator<Finding> EARLIEST =
            Comparator.comparing(Finding::getFirstSeen).thenComparing(Finding::getId);

    /** Where a finding stands in its tree. */
    private record Place(Finding finding, Optional<Claim> claim, Finding root, int depth) {}

    /** A finding under the cause that it takes. */
    private record Claim(Place cause, String reason) {}

    static Attribution of(Collection<Finding> open, Edges edges) {
        Map<String, Place> places = place(open.stream().sorted(EARLIEST).toList(), edges);
        Map<String, List<Finding>> symptoms = places.values().stream()
                .filter(place -> place.depth() > 0)
                .collect(Collectors.groupingBy(
                        place -> place.root().getId(), Collectors.mapping(Place::finding, Collectors.toList())));
        Map<String, RootCause> causes = new HashMap<>();
        Map<String, String> incidents = new HashMap<>();
        Map<String, Explains> explains = new HashMap<>();
        places.forEach((id, place) -> {
            causes.put(id, rootCause(place, symptoms.containsKey(id)));
            incidents.put(id, place.root().getId() + "#" + place.root().getEpisode());
            explains.put(id, Radius.of(place.finding(), symptoms.getOrDefault(id, List.of())));
        });
        return new Attribution(causes, incidents, explains);
    }

    /**
     * The same with suspected causes, of findings that nothing else explains.
     *
     * @param suspected each with what it is suspected to cause; none of either is anybody's symptom, but either may explain others
     * @param open the findings that were placed here
     */
    Attribution with(Map<Finding, List<Finding>> suspected, Collection<Finding> open) {
        Map<String, List<Finding>> below = open.stream()
                .filter(f -> rootCause.containsKey(f.getId())
                        && rootCause.get(f.getId()).getRelation() == Relation.SYMPTOM)
                .collect(Collectors.groupingBy(f -> rootCause.get(f.getId()).getFindingId()));
        Map<String, RootCause> causes = new HashMap<>(rootCause);
        Map<String, String> in = new HashMap<>(incidents);
        Map<String, Explains> reach = new HashMap<>(explains);
        suspected.forEach((cause, symptoms) -> {
            String id = cause.getId();
            String incident = id + "#" + cause.getEpisode();
            causes.put(
                    id,
                    RootCause.newBuilder()
                            .setRelation(symptoms.isEmpty() ? Relation.INDEPENDENT : Relation.ROOT)
                            .setFindingId(id)
                            .build());
            in.put(id, incident);
            List<Finding> tree = new ArrayList<>(symptoms);
            symptoms.forEach(symptom -> tree.addAll(below.getOrDefault(symptom.getId(), List.of())));
            reach.put(id, Radius.of(cause, tree));
            for (Finding symptom : symptoms) {
                reach.put(symptom.getId(), Radius.of(symptom, List.of()));
                for (Finding deeper : below.getOrDefault(symptom.getId(), List.of())) {
                    RootCause under = rootCause.get(deeper.getId());
                    causes.put(
                            deeper.getId(),
                            RootCause.newBuilder(under)
                                    .setFindingId(id)
                                    .setDepth(under.getDepth() + 1)
                                    .build());
                    in.put(deeper.getId(), incident);
                }
                causes.put(
                        symptom.getId(),
                        RootCause.newBuilder()
                                .setRelation(Relation.SYMPTOM)
                                .setFindingId(id)
                                .setParentId(id)
                                .setDepth(1)
                                .setReason("shares with others what they have in common far more often than by chance")
                                .setConfidence(cause.getConfidence())
                                .build());
                in.put(symptom.getId(), incident);
            }
        });
        return new Attribution(causes, in, reach);
    }

    private static Map<String, Place> place(List<Finding> earliestFirst, Edges edges) {
        Map<String, List<Edges.Cause>> causes = edges.causes(earliestFirst);
        Map<String, Place> placed = new HashMap<>();
        List<Finding> waiting = new ArrayList<>(earliestFirst);
        while (!waiting.isEmpty()) {
            List<Finding> ready = waiting.stream()
                    .filter(f -> causes.get(f.getId()).stream()
                            .allMatch(
                                    cause -> placed.containsKey(cause.finding().getId())))
                    .toList();
            // A circle: break it at its earliest finding.
            List<Finding> next = ready.isEmpty() ? List.of(waiting.get(0)) : ready;
            next.forEach(f -> placed.put(f.getId(), under(f, causes.get(f.getId()), placed)));
            waiting.removeIf(f -> placed.containsKey(f.getId()));
        }
        return placed;
    }

    private static Place under(Finding finding, List<Edges.Cause> causes, Map<String, Place> placed) {
        return causes.stream()
                .filter(cause -> placed.containsKey(cause.finding().getId()))
                .map(cause -> new Claim(placed.get(cause.finding().getId()), cause.reason()))
                .min(Comparator.comparing((Claim claim) -> -claim.cause().depth())
                        .thenComparing(claim -> claim.cause().finding(), EARLIEST))
                .map(claim -> new Place(
                        finding,
                        Optional.of(claim),
                        claim.cause().root(),
                        claim.cause().depth() + 1))
                .orElseGet(() -> new Place(finding, Optional.empty(), finding, 0));
    }

    private static RootCause rootCause(Place place, boolean explainsOthers) {
        Relation alone = explainsOthers ? Relation.ROOT : Relation.INDEPENDENT;
        return RootCause.newBuilder()
                .setRelation(place.claim().isPresent() ? Relation.SYMPTOM : alone)
                .setFindingId(place.root().getId())
                .setParentId(place.claim()
                        .map(claim -> claim.cause().finding().getId())
                        .orElse(null))
                .setDepth(place.depth())
                .setReason(place.claim().map(Claim::reason).orElse(""))
                .build();
    }
}
