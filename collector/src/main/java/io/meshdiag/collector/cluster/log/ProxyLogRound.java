package io.meshdiag.collector.cluster.log;

import io.meshdiag.collector.cluster.Surroundings;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the end of the logs of proxies that are not ready → LogSignals of component proxy; and, where a pod's istio-validation failed, of that one →
 * CniEvents. A few pods per round: those that were not read yet first, of these the ones that wait the longest, then in turn.
 */
public final class ProxyLogRound implements Rounds.Task {
    /** Name in the coverage. */
    public static final String SOURCE = "proxies/log";

    private static final String CONTAINER = "istio-proxy";
    private static final String VALIDATION = "istio-validation";
    /** Every reading of a proxy's log stands alone: all that it shows counts, however old it is. */
    private static final Duration ALL = Duration.ofDays(365);

    private final Surroundings around;
    private final LogSettings settings;
    private final LogReading reading;
    private final Map<String, Unready> unready = new HashMap<>();
    private Instant lastRound;

    public ProxyLogRound(Surroundings around, LogSettings settings) {
        this.around = around;
        this.settings = settings;
        this.reading = new LogReading(around, SOURCE, settings.interval());
    }

    /** A pod that waits for its proxy. */
    private static final class Unready {
        private final Instant since;
        private final LogFollower validation;
        private Pod pod;
        private Instant readAt = Instant.MIN;

        Unready(Pod pod, Instant since, LogFollower validation) {
            this.pod = pod;
            this.since = since;
            this.validation = validation;
        }
    }

    @Override
    public void run() throws InterruptedException {
        Instant now = around.origin().clock().instant();
        List<Unready> waiting = waiting(now);
        Set<String> names = new TreeSet<>();
        waiting.forEach(w -> names.add(LogReading.name(w.pod)));
        // A cluster whose proxies are all ready is read, not blind.
        reading.expect(names.isEmpty() ? Set.of("") : names);
        if (names.isEmpty()) {
            around.board().read(SOURCE, "", now);
        }
        List<Unready> chosen = waiting.stream()
                .filter(w -> reading.due(w.pod, now))
                .sorted(Comparator.comparing((Unready w) -> w.readAt).thenComparing(w -> w.since))
                .limit(settings.proxiesPerRound())
                .toList();
        for (Unready next : chosen) {
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

    /** Pods whose grace is over. A pod that no node runs yet has no log. */
    private List<Unready> waiting(Instant now) {
        Map<String, Pod> present = new TreeMap<>();
        around.pods().proxies().stream()
                .filter(pod -> Boolean.FALSE.equals(pod.proxyReady()) && pod.node() != null)
                .forEach(pod -> present.put(LogReading.name(pod), pod));
        unready.keySet().retainAll(present.keySet());
        present.forEach((name, pod) -> unready.computeIfAbsent(name, n -> begin(pod, now)).pod = pod);
        return unready.values().stream()
                .filter(u -> !now.isBefore(u.since.plus(settings.grace())))
                .toList();
    }

    /** A pod that is new to us was not ready since it exists; another one since now. */
    private Unready begin(Pod pod, Instant now) {
        boolean fresh =
                pod.created() != null && (lastRound == null || pod.created().isAfter(lastRound));
        return new Unready(
                pod,
                fresh ? pod.created() : now,
                LogFollower.ofValidation(pod.node(), pod.namespace(), pod.name(), settings.window()));
    }

    private void read(Unready waiting) throws InterruptedException {
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

    private boolean readValidation(Unready waiting) throws InterruptedException {
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
