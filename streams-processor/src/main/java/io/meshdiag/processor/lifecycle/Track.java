package io.meshdiag.processor.lifecycle;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Condition;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Remembers the findings of one task's scopes, and finds out from verdicts what began and what ended. */
public final class Track {
    private final KeyValueStore<String, Condition> conditions;
    private final LifeCycle lifeCycle;

    public Track(KeyValueStore<String, Condition> conditions, LifeCycle lifeCycle) {
        this.conditions = conditions;
        this.lifeCycle = lifeCycle;
    }

    /**
     * The scope that was judged.
     *
     * @param mesh mesh id
     * @param clusters all that have a say in it
     * @param gone true when nothing of it is left
     */
    public record Scope(String key, String mesh, Instant asOf, Collection<ClusterSummary> clusters, boolean gone) {
        /** The part of it that a finding is about; gone when that is. */
        Scope of(io.meshdiag.finding.Scope finding) {
            List<String> ids = finding.getClusters();
            List<String> vms = finding.getMachines();
            List<ClusterSummary> part = clusters.stream()
                    .filter(one -> vms.isEmpty() ? one.getVm() == null : vms.contains(one.getVm()))
                    .filter(one -> ids.isEmpty() || ids.contains(one.getClusterId()))
                    .toList();
            boolean missing = vms.isEmpty()
                    ? !part.stream()
                            .map(ClusterSummary::getClusterId)
                            .collect(Collectors.toSet())
                            .containsAll(ids)
                    : part.isEmpty();
            return new Scope(key, mesh, asOf, part, missing);
        }

        /** The part that a finding is about, and the clusters that saw it. */
        List<ClusterSummary> seenBy(Scope concerned, io.meshdiag.finding.Scope finding) {
            return clusters.stream()
                    .filter(one -> concerned.clusters().contains(one)
                            || finding.getObservers().contains(one.getClusterId()))
                    .toList();
        }

        boolean archived() {
            return clusters.stream().allMatch(one -> one.getMode() == CollectorMode.ARCHIVE);
        }

        /** Archives of other clusters, taken at other times and read in any order, say nothing about when this was seen. */
        Instant lastLook() {
            return clusters.stream()
                    .map(ClusterSummary::getAsOf)
                    .max(Instant::compareTo)
                    .orElse(asOf);
        }
    }

    /** A finding that the scope has, may have or had. */
    private record Candidate(Rule rule, Optional<Verdict> verdict, boolean failed) {}

    /**
     * Moves every finding of the scope on.
     *
     * @param changed told id and finding when a reader would see a difference; null when it is forgotten
     * @return event time at which a finding changes by itself
     */
    public Optional<Instant> apply(Scope scope, List<Judgement> judgements, BiConsumer<String, Finding> changed) {
        Map<String, Condition> known = known(scope.key());
        Map<String, Candidate> candidates = candidates(scope, judgements, known);
        return candidates.entrySet().stream()
                .flatMap(e -> step(scope, e.getKey(), known.get(e.getKey()), e.getValue(), changed).stream())
                .min(Instant::compareTo);
    }

    private Optional<Instant> step(
            Scope scope, String id, Condition before, Candidate now, BiConsumer<String, Finding> changed) {
        Optional<Condition> after = lifeCycle.next(before, observe(scope, before, now), now.rule(), id);
        String key = RowKeys.of(scope.key(), id);
        after.ifPresentOrElse(
                condition -> {
                    if (!condition.equals(before)) {
                        conditions.put(key, condition);
                    }
                },
                () -> conditions.delete(key));
        Optional<Finding> old =
                Optional.ofNullable(before).map(Condition::getFinding).filter(Track::shown);
        Optional<Finding> fresh = after.map(Condition::getFinding).filter(Track::shown);
        if (fresh.isPresent()) {
            if (old.isEmpty() || !Content.sameForReaders(old.get(), fresh.get())) {
                changed.accept(id, fresh.get());
            }
        } else if (old.isPresent()) {
            changed.accept(id, null);
        }
        return now.rule() == null ? Optional.empty() : after.flatMap(condition -> lifeCycle.due(condition, now.rule()));
    }

    private static Observation observe(Scope scope, Condition before, Candidate now) {
        io.meshdiag.finding.Scope about = now.verdict().map(Verdict::scope).orElseGet(() -> before.getFinding()
                .getScope());
        Scope concerned = scope.of(about);
        if (now.rule() == null) {
            return Observation.ended("rule_retired", scope.asOf());
        }
        if (now.verdict().isEmpty() && (scope.gone() || concerned.gone())) {
            return Observation.ended("subject_removed", scope.asOf());
        }
        boolean seenOnce = concerned.archived();
        Instant asOf = seenOnce ? concerned.lastLook() : scope.asOf();
        if (now.failed()) {
            return Observation.unknown(asOf, seenOnce);
        }
        List<String> late = Lateness.of(now.rule(), scope.seenBy(concerned, about));
        if (!late.isEmpty()) {
            return Observation.unknown(late, asOf, seenOnce);
        }
        return now.verdict()
                .map(verdict -> Observation.of(Versions.complete(verdict, concerned.clusters()), asOf, seenOnce))
                .orElseGet(() -> Observation.absent(asOf, seenOnce));
    }

    private static boolean shown(Finding finding) {
        return finding.getState() != DetectionState.PENDING;
    }

    private Map<String, Candidate> candidates(Scope scope, List<Judgement> judgements, Map<String, Condition> known) {
        Map<String, Judgement> byRule = new HashMap<>();
        Map<String, Candidate> candidates = new TreeMap<>();
        for (Judgement judgement : judgements) {
            byRule.put(judgement.rule().id(), judgement);
            for (Verdict verdict : judgement.verdicts()) {
                String id = FindingId.of(scope.mesh(), judgement.rule().id(), verdict.scopeKey());
                candidates.put(id, new Candidate(judgement.rule(), Optional.of(verdict), false));
            }
        }
        known.forEach((id, condition) -> {
            Optional<Judgement> judgement = Optional.ofNullable(
                    byRule.get(condition.getFinding().getRule().getId()));
            candidates.putIfAbsent(
                    id,
                    new Candidate(
                            judgement.map(Judgement::rule).orElse(null),
                            Optional.empty(),
                            judgement.map(Judgement::failed).orElse(false)));
        });
        return candidates;
    }

    private Map<String, Condition> known(String scope) {
        Map<String, Condition> known = new TreeMap<>();
        try (KeyValueIterator<String, Condition> rows =
                conditions.prefixScan(RowKeys.prefix(scope), new StringSerializer())) {
            while (rows.hasNext()) {
                KeyValue<String, Condition> row = rows.next();
                known.put(RowKeys.row(row.key), row.value);
            }
        }
        return known;
    }

    /** Times at which verdicts change by themselves. */
    public static Stream<Instant> judgeAgain(List<Judgement> judgements) {
        return judgements.stream()
                .flatMap(judgement -> judgement.verdicts().stream())
                .flatMap(verdict -> verdict.judgeAgainAt().stream());
    }
}
