package io.meshdiag.processor.explain;

import io.meshdiag.finding.Finding;
import io.meshdiag.processor.detect.incident.CommonFactor.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
 * @param window they must have been opened within this time
 * @param chance so many may share it by chance with this probability at most
 */
record CommonFactors(int least, Duration window, double chance) {
    static final CommonFactors DEFAULT = new CommonFactors(5, Duration.ofMinutes(15), 0.01);
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
     */
    List<Group> among(Collection<Finding> leftovers, Collection<Finding> open, Set<String> suspected) {
        List<Group> groups = new ArrayList<>();
        Map<String, List<Finding>> byRule = leftovers.stream()
                .sorted(Comparator.comparing(CommonFactors::openedAt).thenComparing(Finding::getId))
                .collect(Collectors.groupingBy(f -> f.getRule().getId(), TreeMap::new, Collectors.toList()));
        byRule.forEach((rule, findings) -> {
            Rates rates = new Rates(open, rule);
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
        left.forEach(
                finding -> Factor.of(finding).forEach(factor -> sharing.computeIfAbsent(factor, f -> new ArrayList<>())
                        .add(finding)));
        return sharing.entrySet().stream()
                .flatMap(e -> group(rule, e.getKey(), e.getValue(), left, rates, suspected).stream())
                .min(MOST);
    }

    private Optional<Group> group(
            String rule, Factor factor, List<Finding> all, List<Finding> left, Rates rates, Set<String> suspected) {
        String key = rule + "|" + factor.key();
        boolean stays = suspected.contains(key) && all.size() >= STAYS;
        List<Finding> together = stays ? all : densest(all);
        if (!stays && together.size() < least) {
            return Optional.empty();
        }
        int alike = stays
                ? left.size()
                : (int) left.stream().filter(f -> within(together, f)).count();
        double base = rates.of(factor);
        double probability = atLeast(together.size(), alike, base);
        if (!stays && probability > chance) {
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
                new Shared(factor.text(), factor.scope(mesh, clusters), together, alike, base, probability)));
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

    /** Probability that at least so many of all share what one shares with this probability. */
    static double atLeast(int sharing, int all, double rate) {
        double sum = 0;
        for (int k = sharing; k <= all; k++) {
            double log = k * Math.log(rate);
            log += all == k ? 0 : (all - k) * Math.log1p(-rate);
            for (int i = 1; i <= k; i++) {
                log += Math.log((double) (all - k + i) / i);
            }
            sum += Math.exp(log);
        }
        return Math.min(1, sum);
    }

    /** How often findings of other rules have something: with none of them, every choice is as likely as the others. */
    private static final class Rates {
        private final Map<Factor, Integer> others = new HashMap<>();
        private final Map<Factor.Kind, Integer> othersOfKind = new HashMap<>();
        private final Map<Factor.Kind, Set<Factor>> known = new HashMap<>();
        private final Set<String> clusters = new HashSet<>();

        Rates(Collection<Finding> open, String rule) {
            for (Finding finding : open) {
                clusters.addAll(finding.getScope().getClusters());
                for (Factor factor : Factor.of(finding)) {
                    known.computeIfAbsent(factor.kind(), k -> new HashSet<>()).add(factor);
                    if (!finding.getRule().getId().equals(rule)) {
                        others.merge(factor, 1, Integer::sum);
                        othersOfKind.merge(factor.kind(), 1, Integer::sum);
                    }
                }
            }
        }

        double of(Factor factor) {
            int choices = factor.choices(known.get(factor.kind()).size(), clusters.size());
            return (others.getOrDefault(factor, 0) + 1.0) / (othersOfKind.getOrDefault(factor.kind(), 0) + choices);
        }
    }
}
