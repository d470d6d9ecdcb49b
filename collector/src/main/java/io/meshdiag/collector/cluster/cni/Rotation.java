package io.meshdiag.collector.cluster.cni;

import io.meshdiag.collector.extract.kubernetes.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Whose turn it is among many pods: the longest not asked, with up to half of the places for those that are not ready. */
final class Rotation {
    private final Map<String, Instant> asked = new HashMap<>();

    /** The next pods, which count as asked now. Pods that are not in the list any more are forgotten. */
    List<Pod> next(List<Pod> pods, int places, Instant now) {
        asked.keySet().retainAll(pods.stream().map(Rotation::name).collect(Collectors.toSet()));
        List<Pod> turn = new ArrayList<>();
        take(pods, pod -> !pod.ready(), (places + 1) / 2, turn);
        Set<Pod> taken = new HashSet<>(turn);
        take(pods, pod -> !taken.contains(pod), places - turn.size(), turn);
        turn.forEach(pod -> asked.put(name(pod), now));
        return turn;
    }

    private void take(List<Pod> pods, Predicate<Pod> which, int places, List<Pod> turn) {
        pods.stream()
                .filter(which)
                .sorted(Comparator.comparing(pod -> asked.getOrDefault(name(pod), Instant.MIN)))
                .limit(Math.max(0, places))
                .forEach(turn::add);
    }

    static String name(Pod pod) {
        return pod.namespace() + "/" + pod.name();
    }
}
