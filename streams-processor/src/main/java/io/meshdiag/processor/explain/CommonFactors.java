package io.meshdiag.processor.explain;

import io.meshdiag.finding.Finding;
import io.meshdiag.processor.detect.incident.CommonFactor.Shared;
import io.meshdiag.processor.detect.incident.FactorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Looks among findings that nothing explains for what many of one rule have in common. A pure function of open findings: decision 9.
 *
 * @param least so many findings must share it
 * @param places of a network or a version: in so many clusters
 * @param window they must have been opened within this time
 * @param chance so many may share it by chance with this probability at most
 */
record CommonFactors(int least, int places, Duration window, double chance) {
    static final CommonFactors DEFAULT = new CommonFactors(5, 3, Duration.ofMinutes(15), 0.01);
    /** A suspicion that there is already stays while so many share it. */
    private static final int STAYS = 2;

    /**
     * Something shared.
     *
     * @param key identity: the findings' rule, and what they share
     */
    record Group(String key, Factor factor, Shared shared) {}

    /** The groups as they are found: largest first, then what says most. */
    private static final Comparator<Group> MOST = Comparator.comparing(
                    (Group group) -> -group.shared().symptoms().size())
            .thenComparing(group -> group.factor().kind())
            .thenComparing(Group::key);

    /**
     * Groups of findings that share something, each finding in one of them at most.
     *
     * @param leftovers open findings that nothing explains
     * @param open these and all other open findings of the mesh, from which base rates are taken
     * @param suspected keys of groups that are suspected already
     * @param fleet the clusters of the mesh
     */
    List<Group> among(Collection<Finding> leftovers, Collection<Finding> open, Set<String> suspected, Fleet fleet) {
        List<Group> groups = new ArrayList<>();
        Map<String, List<Finding>> byRule = leftovers.stream()
                .sorted(Comparator.comparing(CommonFactors::openedAt).thenComparing(Finding::getId))
                .collect(Collectors.groupingBy(f -> f.getRule().getId(), TreeMap::new, Collectors.toList()));
        byRule.forEach((rule, findings) -> {
            Rates rates = new Rates(open, rule, fleet);
            List<Finding> left = new ArrayList<>(findings);
            Optional<Group> next = best(rule, left, rates, suspected);
            while (next.isPresent()) {
                groups.add(next.get());
                left.removeAll(next.get().shared().symptoms());
                next = best(rule, left, rates, suspected);
            }
        });
        return groups;
    }

    private Optional<Group> best(String rule, List<Finding> left, Rates rates, Set<String> suspected) {
        Map<Factor, List<Finding>> sharing = new HashMap<>();
        left.forEach(finding -> Factor.of(finding, rates.fleet)
                .forEach(factor ->
                        sharing.computeIfAbsent(factor, f -> new ArrayList<>()).add(finding)));
        return sharing.entrySet().stream()
                .flatMap(e -> group(rule, e.getKey(), e.getValue(), left, rates, suspected).stream())
                .min(MOST);
    }

    private Optional<Group> group(
            String rule, Factor factor, List<Finding> all, List<Finding> left, Rates rates, Set<String> suspected) {
        String key = rule + "|" + factor.key();
        // Archives show everything at once: what was read halfway binds nobody.
        boolean stays =
                suspected.contains(key) && all.size() >= STAYS && !all.stream().allMatch(Finding::getSeenOnce);
        List<Finding> together = stays ? all : densest(all);
        if (!stays && together.size() < least) {
            return Optional.empty();
        }
        List<Finding> alike =
                stays ? left : left.stream().filter(f -> within(together, f)).toList();
        Odds odds = rates.of(factor, together, alike);
        if (!stays && (odds.probability() > chance || odds.places() < places)) {
            return Optional.empty();
        }
        List<String> clusters = together.stream()
                .flatMap(f -> f.getScope().getClusters().stream())
                .distinct()
                .sorted()
                .toList();
        String mesh = together.get(0).getScope().getMesh();
        return Optional.of(new Group(
                key,
                factor,
                new Shared(
                        factor.kind(),
                        factor.value(),
                        factor.text(),
                        factor.scope(mesh, clusters),
                        together,
                        alike.size(),
                        odds.rate(),
                        odds.probability(),
                        together.stream().filter(this::changedBefore).count())));
    }

    /** True when its subject was changed within the window before it began. */
    private boolean changedBefore(Finding finding) {
        Instant changed = finding.getSubject().getChangedAt();
        return changed != null
                && !changed.isAfter(finding.getFirstSeen())
                && !changed.plus(window).isBefore(finding.getFirstSeen());
    }

    /** The most of them that were opened within the window; what rests on archives is seen at once. */
    private List<Finding> densest(List<Finding> byTime) {
        List<Finding> densest = List.of();
        int from = 0;
        for (int to = 0; to < byTime.size(); to++) {
            while (openedAt(byTime.get(from)).plus(window).isBefore(openedAt(byTime.get(to)))
                    && !byTime.get(to).getSeenOnce()) {
                from++;
            }
            if (to - from + 1 > densest.size()) {
                densest = List.copyOf(byTime.subList(from, to + 1));
            }
        }
        return densest;
    }

    private boolean within(List<Finding> together, Finding finding) {
        Instant first = openedAt(together.get(0));
        Instant last = openedAt(together.get(together.size() - 1));
        Instant at = openedAt(finding);
        return finding.getSeenOnce() || (!at.isBefore(last.minus(window)) && !at.isAfter(first.plus(window)));
    }

    private static Instant openedAt(Finding finding) {
        return finding.getOpenedAt() == null ? finding.getFirstSeen() : finding.getOpenedAt();
    }

    /**
     * How likely it is that findings share a factor by chance.
     *
     * @param places in how many clusters they share it, where that matters
     */
    private record Odds(double rate, double probability, int places) {}

    /** How often findings of other rules have something: with none of them, every choice is as likely as the others. */
    private static final class Rates {
        private final Map<Factor, Integer> others = new HashMap<>();
        private final Map<FactorKind, Integer> othersOfKind = new EnumMap<>(FactorKind.class);
        private final Map<FactorKind, Set<Factor>> known = new EnumMap<>(FactorKind.class);
        private final Set<String> clusters = new HashSet<>();
        private final Fleet fleet;

        Rates(Collection<Finding> open, String rule, Fleet fleet) {
            this.fleet = fleet;
            for (Finding finding : open) {
                clusters.addAll(finding.getScope().getClusters());
                for (Factor factor : Factor.of(finding, fleet)) {
                    known.computeIfAbsent(factor.kind(), k -> new HashSet<>()).add(factor);
                    if (!finding.getRule().getId().equals(rule)) {
                        others.merge(factor, 1, Integer::sum);
                        othersOfKind.merge(factor.kind(), 1, Integer::sum);
                    }
                }
            }
        }

        Odds of(Factor factor, List<Finding> together, List<Finding> alike) {
            if (factor.kind().wide()) {
                Fleet.Odds odds = fleet.odds(factor, together, alike);
                return new Odds(odds.rate(), odds.chance(), odds.sharing());
            }
            int choices = factor.choices(known.get(factor.kind()).size(), clusters.size());
            double rate =
                    (others.getOrDefault(factor, 0) + 1.0) / (othersOfKind.getOrDefault(factor.kind(), 0) + choices);
            return new Odds(rate, Chance.atLeast(together.size(), alike.size(), rate), Integer.MAX_VALUE);
        }
    }
}
