package io.meshdiag.collector.cluster.cni;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.log.LogReading;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.log.LogFollower;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.schema.FactKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Follows the logs of istio-cni-node pods in turn → CniEvents, and LogSignals of component cni. */
public final class CniLogRound implements Rounds.Task {
    /** Name in the coverage. */
    public static final String SOURCE = "cni/log";

    private static final String CONTAINER = "install-cni";

    private final Surroundings around;
    private final CniSettings settings;
    private final LogReading reading;
    private final Rotation rotation = new Rotation();
    private final Map<String, LogFollower> followers = new TreeMap<>();

    public CniLogRound(Surroundings around, CniSettings settings) {
        this.around = around;
        this.settings = settings;
        this.reading = new LogReading(around, SOURCE, settings.interval());
    }

    @Override
    public void run() throws InterruptedException {
        Instant now = around.origin().clock().instant();
        List<Pod> agents = around.pods().cniAgents();
        Set<String> names = agents.stream().map(Rotation::name).collect(Collectors.toCollection(TreeSet::new));
        reading.expect(names);
        followers.keySet().retainAll(names);
        List<Pod> due = agents.stream().filter(agent -> reading.due(agent, now)).toList();
        for (Pod agent : rotation.next(due, settings.logsPerRound(), now)) {
            follow(agent);
        }
        if (around.pods().complete()) {
            around.book()
                    .gone(key -> key.kind() == FactKind.LOG_SIGNALS
                            && key.subject().get(0).equals("cni")
                            && !names.contains(
                                    key.subject().get(1) + "/" + key.subject().get(2)));
        }
    }

    private void follow(Pod agent) throws InterruptedException {
        LogFollower follower = followers.computeIfAbsent(
                Rotation.name(agent),
                name -> LogFollower.ofAgent(
                        agent.node() == null ? "" : agent.node(), agent.namespace(), agent.name(), settings.window()));
        if (reading.read(agent, CONTAINER, follower, settings.history(), settings.bound())) {
            Origin seen = around.origin().now("cni/" + agent.name(), "cni:log");
            around.book().accept(follower.signals(seen));
            follower.events(seen, settings.history(), around.book());
        }
    }
}
