package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How well a source that is read proxy by proxy, a few at a time, could be read. A proxy whose turn has not come is no failure: the sample is fine when
 * everything that was tried worked at its last try. How much of the fleet it covers, and how old it is, is said beside it.
 */
final class Sample {
    /** The last try; {@code readAt} is when it last succeeded, null = never. */
    private record Try(SourceState state, String detail, Instant readAt) {}

    private final String source;
    private final Map<ProxyName, Try> tries =
            new TreeMap<>(Comparator.comparing(ProxyName::namespace).thenComparing(ProxyName::name));

    Sample(String source) {
        this.source = source;
    }

    /** A page was read, or not. A page that was cut counts as read, and is told as a shortcoming. */
    void tried(ProxyName proxy, PageReader.Result result, Instant at) {
        tries.compute(
                proxy,
                (p, before) -> new Try(
                        result.state(),
                        result.detail(),
                        result.whole() || result.cut() ? at : before == null ? null : before.readAt()));
    }

    /** Others are gone. */
    void retain(Set<ProxyName> present) {
        tries.keySet().retainAll(present);
    }

    boolean isEmpty() {
        return tries.isEmpty();
    }

    /** @param present number of proxies that there are to be read */
    SourceCoverage coverage(int present, Instant now) {
        Map.Entry<ProxyName, Try> bad = tries.entrySet().stream()
                .filter(e -> e.getValue().state() != SourceState.OK)
                .findFirst()
                .orElse(null);
        return SourceCoverage.newBuilder()
                .setSource(source)
                .setState(state(bad))
                .setDetail(detail(bad, present, now))
                .setRead((int) readings().count())
                .setExpected(present)
                .setFreshAt(readings().max(Instant::compareTo).orElse(null))
                .build();
    }

    private SourceState state(Map.Entry<ProxyName, Try> bad) {
        if (tries.isEmpty()) {
            return SourceState.MISSING;
        }
        if (bad == null) {
            return SourceState.OK;
        }
        boolean some =
                tries.values().stream().anyMatch(t -> t.state() == SourceState.OK || t.state() == SourceState.PARTIAL);
        return some ? SourceState.PARTIAL : bad.getValue().state();
    }

    private String detail(Map.Entry<ProxyName, Try> bad, int present, Instant now) {
        if (tries.isEmpty()) {
            return present == 0 ? "there is none" : "not read yet";
        }
        Optional<Instant> oldest = readings().min(Instant::compareTo);
        String sample = readings().count() + " of " + present + " proxies read at least once"
                + oldest.map(at -> ", the oldest " + Duration.between(at, now).toMinutes() + " min ago")
                        .orElse("");
        if (bad == null) {
            return sample;
        }
        long failing =
                tries.values().stream().filter(t -> t.state() != SourceState.OK).count();
        return failing + " of " + tries.size() + " tried failed; "
                + bad.getKey().namespace() + "/" + bad.getKey().name() + ": "
                + bad.getValue().detail() + "; " + sample;
    }

    private Stream<Instant> readings() {
        return tries.values().stream().map(Try::readAt).filter(Objects::nonNull);
    }
}
