package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** When one istiod may be asked for what. */
final class Replica {
    private static final int MAX_DOUBLINGS = 10;

    private final IstiodPod pod;
    private final IstiodSettings settings;
    private final Map<IstiodPage, Instant> due = new EnumMap<>(IstiodPage.class);
    private final Map<IstiodPage, Integer> pageFailures = new EnumMap<>(IstiodPage.class);
    private Instant notBefore = Instant.MIN;
    private int failures;
    private MeshConfig mesh;

    Replica(IstiodPod pod, IstiodSettings settings) {
        this.pod = pod;
        this.settings = settings;
    }

    IstiodPod pod() {
        return pod;
    }

    /** What its last mesh page said; null before the first. */
    MeshConfig mesh() {
        return mesh;
    }

    void mesh(MeshConfig read) {
        mesh = read;
    }

    /** Pages that are to be read now; none while the replica is left alone. */
    List<IstiodPage> due(Instant now) {
        if (now.isBefore(notBefore)) {
            return List.of();
        }
        return Stream.of(IstiodPage.values())
                .filter(page -> !now.isBefore(due.getOrDefault(page, Instant.MIN)))
                .toList();
    }

    void read(IstiodPage page, Instant now) {
        pageFailures.remove(page);
        due.put(page, now.plus(page.interval(settings)));
    }

    /** A round in which the replica answered. */
    void answered() {
        failures = 0;
    }

    /** This page came to nothing, others may. */
    void failed(IstiodPage page, Instant now) {
        int times = pageFailures.merge(page, 1, Integer::sum);
        due.put(page, now.plus(backoff(times)));
    }

    /** A page that the replica does not have is not asked for as often as others. */
    void missing(IstiodPage page, Instant now) {
        due.put(page, now.plus(settings.missing()));
    }

    /** @param pause what the replica asked for; null when it did not */
    void failed(Instant now, Duration pause) {
        failures++;
        Duration backoff = backoff(failures);
        notBefore = now.plus(pause == null || pause.compareTo(backoff) < 0 ? backoff : pause);
    }

    private Duration backoff(int times) {
        double jitter = ThreadLocalRandom.current().nextDouble(0.9, 1.1);
        double factor = (1L << Math.min(times - 1, MAX_DOUBLINGS)) * jitter;
        double limit = settings.longestBackoff().toMillis() * jitter;
        return Duration.ofMillis((long) Math.min(settings.interval().toMillis() * factor, limit));
    }
}
