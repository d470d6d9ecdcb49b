package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.IstiodHour;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-11: an istiod grows with every change of a remote secret, hour by hour, and does not shrink again (istio/istio#57269).
 *
 * <p>Judged on the lowest readings of complete hours, of which there must be six: an archive has one reading and leads to nothing. More proxies make an
 * istiod grow too, and rightly. One finding for each version: it is a fault of the build.
 */
public final class SecretChurnLeaks implements Detector<MeshView> {
    /**
     * What counts as growth.
     *
     * @param hours fewest complete hours
     * @param factor of goroutines, from the first hour to the last
     * @param goroutines fewest more
     * @param changes fewest changes of remote secrets meanwhile
     */
    public record Thresholds(int hours, double factor, int goroutines, int changes) {
        static final Thresholds DEFAULT = new Thresholds(6, 1.3, 300, 3);
    }

    private static final double NOISE = 0.98;
    private static final double AS_MANY_PROXIES = 1.1;

    private static final Rule RULE = new Rule(
            "RMT-11",
            "SecretChurnLeaks",
            1,
            Rule.Level.MESH,
            Severity.MEDIUM,
            "istiod grows with every change of a remote secret",
            "istiod builds a new set of watches for a remote cluster whenever its remote secret changes. Versions that do not stop the old ones keep their"
                    + " goroutines and caches: memory rises with every rotation of a credential until istiod is killed, pushes late, or both.",
            "Restart istiod before it is killed, rotate credentials less often, and upgrade.",
            Duration.ZERO,
            Duration.ofMinutes(10),
            Set.of(IstiodInstance.class, LogSignals.class),
            List.of(new Rule.Edge("XDS-03", Rule.JoinOn.AMONG, "an istiod that is short of memory pushes late")));

    private final Thresholds thresholds;

    public SecretChurnLeaks() {
        this(Thresholds.DEFAULT);
    }

    public SecretChurnLeaks(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<Growth>> byVersion = view.clusters().stream()
                .flatMap(cluster -> growths(view, cluster))
                .collect(Collectors.groupingBy(Growth::version, TreeMap::new, Collectors.toList()));
        return byVersion.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private Stream<Growth> growths(MeshView view, ClusterSummary cluster) {
        List<Row<LogSignals>> logs = view.rows(LogSignals.class, cluster);
        return view.rows(IstiodInstance.class, cluster).stream().flatMap(row -> {
            List<IstiodHour> hours = row.fact().getCourse();
            // The hour that goes on may have its lowest reading before it.
            List<IstiodHour> complete = hours.isEmpty() ? hours : hours.subList(0, hours.size() - 1);
            return complete.size() >= thresholds.hours() && grows(complete)
                    ? Stream.of(Growth.of(cluster, row, complete, logs))
                            .filter(g -> g.changes().orElse((long) thresholds.changes()) >= thresholds.changes())
                    : Stream.empty();
        });
    }

    private boolean grows(List<IstiodHour> hours) {
        IstiodHour first = hours.get(0);
        IstiodHour last = hours.get(hours.size() - 1);
        for (int i = 1; i < hours.size(); i++) {
            if (hours.get(i).getGoroutines() < NOISE * hours.get(i - 1).getGoroutines()) {
                return false;
            }
        }
        return last.getGoroutines() >= thresholds.factor() * first.getGoroutines()
                && last.getGoroutines() - first.getGoroutines() >= thresholds.goroutines()
                && last.getHeapBytes() > first.getHeapBytes()
                && last.getProxies() <= AS_MANY_PROXIES * Math.max(1, first.getProxies());
    }

    private static Verdict judge(MeshView view, String version, List<Growth> all) {
        Believed<Growth> believed = Believed.of(all, Growth::cluster);
        List<Growth> shown = believed.reports();
        List<String> missing = new ArrayList<>(believed.missing());
        if (shown.stream().allMatch(g -> g.changes().isEmpty())) {
            shown.forEach(g -> missing.add("cluster " + g.cluster().getClusterId()
                    + ": neither istiod's metrics (1.29+) nor its log tell how often remote secrets change"));
        }
        List<String> clusters = shown.stream()
                .map(g -> g.cluster().getClusterId())
                .distinct()
                .sorted()
                .toList();
        Growth worst = shown.get(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "version:" + version, missing)
                .title(shown.size() + " istiod(s) of version " + version + " grow with every change of a remote secret")
                .description(
                        worst.text() + ".",
                        "The number of proxies did not grow with it.",
                        "It goes on until istiod is killed for its memory; then all its proxies connect anew.")
                .scope(Scopes.among(view, shown.stream().map(Growth::cluster).toList()))
                .subject(
                        "Pod",
                        worst.row().fact().getNamespace(),
                        worst.row().fact().getName(),
                        worst.cluster())
                .affected(
                        clusters.size(),
                        0,
                        (int) shown.stream()
                                .mapToLong(g -> g.last().getProxies())
                                .sum(),
                        shown.stream().map(Growth::place).toList());
        shown.forEach(g -> verdict.evidence(g.row(), g.text()));
        return verdict.step(
                        "See memory now, and the limit at which istiod is killed.",
                        kubectl(worst.cluster(), worst.row().fact().getNamespace()) + " top pod "
                                + quote(worst.row().fact().getName()))
                .step(
                        "What holds the goroutines? Keep this for the report.",
                        kubectl(worst.cluster(), worst.row().fact().getNamespace()) + " exec "
                                + quote(worst.row().fact().getName())
                                + " -- curl -s 'localhost:15014/debug/pprof/goroutine?debug=1'")
                .step("Restart it before it is killed, replica by replica.", restartIstiod(worst.cluster()))
                .step(
                        "Who changes the remote secrets so often? Longer-lived credentials slow the growth. Upgrade to a version with the fix of istio/istio#57269.")
                .build();
    }
}
