package io.meshdiag.collector.cluster.log;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.istiod.ProxySightings;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.log.LogFollower;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the end of the logs of proxies that are not ready, and of those that no istiod lists → LogSignals of component proxy; and, where a pod's
 * istio-validation failed, of that one → CniEvents. A few pods per round: those that were not read yet first, of these the ones that wait the longest,
 * then in turn. A proxy stays ready when it loses its stream, and a whole cluster may lose it at once: so those that are not ready come first, and leave
 * a part of every round to the others.
 */
public final class ProxyLogRound implements Rounds.Task {
    /** Name in the coverage. */
    public static final String SOURCE = "proxies/log";

    private static final String CONTAINER = "istio-proxy";
    private static final String VALIDATION = "istio-validation";
    /** Every reading of a proxy's log stands alone: all that it shows counts, however old it is. */
    private static final Duration ALL = Duration.ofDays(365);

    /** Of the proxies in one round, one in so many is kept for those that are ready and not listed. */
    private static final int KEPT = 5;

    private final Surroundings around;
    private final LogSettings settings;
    private final ProxySightings sightings;
    private final LogReading reading;
    private final Map<String, Waiting> troubled = new HashMap<>();
    private Instant lastRound;

    /** @param sightings of the istiods: which proxies are listed */
    public ProxyLogRound(Surroundings around, LogSettings settings, ProxySightings sightings) {
        this.around = around;
        this.settings = settings;
        this.sightings = sightings;
        this.reading = new LogReading(around, SOURCE, settings.interval());
    }

    /** A pod whose proxy is not ready, or without a stream. */
    private static final class Waiting {
        private final Instant since;
        private final LogFollower validation;
        private Pod pod;
        private Instant readAt = Instant.MIN;

        Waiting(Pod pod, Instant since, LogFollower validation) {
            this.pod = pod;
            this.since = since;
            this.validation = validation;
        }

        boolean unready() {
            return Boolean.FALSE.equals(pod.proxyReady());
        }
    }

    @Override
    public void run() throws InterruptedException {
        Instant now = around.origin().clock().instant();
        List<Waiting> waiting = waiting(now);
        Set<String> names = new TreeSet<>();
        waiting.forEach(w -> names.add(LogReading.name(w.pod)));
        // A cluster whose proxies are all ready is read, not blind.
        reading.expect(names.isEmpty() ? Set.of("") : names);
        if (names.isEmpty()) {
            around.board().read(SOURCE, "", now);
        }
        for (Waiting next : chosen(waiting, now)) {
            next.readAt = now;
            read(next);
        }
        if (around.pods().complete()) {
            around.book()
                    .gone(key -> key.kind() == FactKind.LOG_SIGNALS
                            && key.subject().get(0).equals("proxy")
                            && !names.contains(
                                    key.subject().get(1) + "/" + key.subject().get(2)));
        }
        lastRound = now;
    }

    private List<Waiting> chosen(List<Waiting> waiting, Instant now) {
        Map<Boolean, List<Waiting>> byReadiness = waiting.stream()
                .filter(w -> reading.due(w.pod, now))
                .sorted(Comparator.comparing((Waiting w) -> w.readAt).thenComparing(w -> w.since))
                .collect(Collectors.partitioningBy(Waiting::unready));
        List<Waiting> unready = byReadiness.get(true);
        List<Waiting> unlisted = byReadiness.get(false);
        int kept = Math.min(unlisted.size(), Math.max(1, settings.proxiesPerRound() / KEPT));
        List<Waiting> first = unready.stream()
                .limit(Math.max(0, settings.proxiesPerRound() - kept))
                .toList();
        return Stream.concat(first.stream(), unlisted.stream())
                .limit(settings.proxiesPerRound())
                .toList();
    }

    /** Pods whose grace is over. A pod that no node runs yet has no log. */
    private List<Waiting> waiting(Instant now) {
        Map<String, Waiting> present = new TreeMap<>();
        around.pods().proxies().stream().filter(pod -> pod.node() != null).forEach(pod -> troubledSince(pod, now)
                .ifPresent(since -> present.put(LogReading.name(pod), begin(pod, since))));
        troubled.keySet().retainAll(present.keySet());
        present.forEach((name, begun) -> troubled.merge(name, begun, (known, again) -> {
            known.pod = again.pod;
            return known;
        }));
        return troubled.values().stream()
                .filter(w -> !now.isBefore(w.since.plus(settings.grace())))
                .toList();
    }

    /** Since when a proxy is not ready or not listed; empty when all is well. */
    private Optional<Instant> troubledSince(Pod pod, Instant now) {
        if (Boolean.FALSE.equals(pod.proxyReady())) {
            // A pod that is new to us was not ready since it exists; another one since now.
            boolean fresh =
                    pod.created() != null && (lastRound == null || pod.created().isAfter(lastRound));
            return Optional.of(fresh ? pod.created() : now);
        }
        return sightings
                .unlistedSince(pod.namespace(), pod.name())
                .filter(since -> Boolean.TRUE.equals(pod.proxyReady())
                        && pod.created() != null
                        && pod.created().isBefore(since));
    }

    private Waiting begin(Pod pod, Instant since) {
        return new Waiting(
                pod, since, LogFollower.ofValidation(pod.node(), pod.namespace(), pod.name(), settings.window()));
    }

    private void read(Waiting waiting) throws InterruptedException {
        Pod pod = waiting.pod;
        boolean validation = pod.validationExitCode() != null && readValidation(waiting);
        LogFollower log = LogFollower.of("proxy", pod.namespace(), pod.name(), ALL);
        if (reading.read(pod, CONTAINER, log, settings.proxySince(), settings.proxyBound())) {
            around.book().accept(log.signals(seen(pod, "envoy:log")));
        } else if (validation) {
            // The kubelet starts no proxy before the validation succeeds: there is no log of one.
            around.board()
                    .read(SOURCE, LogReading.name(pod), around.origin().clock().instant());
        }
    }

    private boolean readValidation(Waiting waiting) throws InterruptedException {
        Pod pod = waiting.pod;
        if (!reading.read(pod, VALIDATION, waiting.validation, settings.proxySince(), settings.proxyBound())) {
            return false;
        }
        waiting.validation.events(seen(pod, "istio-validation:log"), settings.validationsKept(), around.book());
        return true;
    }

    private Origin seen(Pod pod, String source) {
        return around.origin().now("proxy/" + LogReading.name(pod), source);
    }
}
