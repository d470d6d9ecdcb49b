package io.meshdiag.collector.cluster.log;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.log.LogFollower;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.schema.FactKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Follows the log of every istiod → LogSignals of component istiod. */
public final class IstiodLogRound implements Rounds.Task {
    /** Name in the coverage. */
    public static final String SOURCE = "istiod/log";

    private static final String CONTAINER = "discovery";

    private final Surroundings around;
    private final LogSettings settings;
    private final LogReading reading;
    private final Map<String, LogFollower> followers = new TreeMap<>();

    public IstiodLogRound(Surroundings around, LogSettings settings) {
        this.around = around;
        this.settings = settings;
        this.reading = new LogReading(around, SOURCE, settings.interval());
    }

    @Override
    public void run() throws InterruptedException {
        List<Pod> istiods = around.pods().istiods();
        List<String> names = istiods.stream().map(LogReading::name).toList();
        reading.expect(names);
        followers.keySet().retainAll(names);
        for (Pod istiod : istiods) {
            if (reading.due(istiod, around.origin().clock().instant())) {
                follow(istiod);
            }
        }
        if (around.pods().complete()) {
            around.book()
                    .gone(key -> key.kind() == FactKind.LOG_SIGNALS
                            && key.subject().get(0).equals("istiod")
                            && !names.contains(
                                    key.subject().get(1) + "/" + key.subject().get(2)));
        }
    }

    private void follow(Pod istiod) throws InterruptedException {
        String name = LogReading.name(istiod);
        LogFollower follower = followers.computeIfAbsent(
                name, n -> LogFollower.of("istiod", istiod.namespace(), istiod.name(), settings.window()));
        if (reading.read(istiod, CONTAINER, follower, settings.window(), settings.istiodBound())) {
            Origin seen = around.origin().now("istiod/" + name, "istiod:log");
            around.book().accept(follower.signals(seen));
        }
    }
}
