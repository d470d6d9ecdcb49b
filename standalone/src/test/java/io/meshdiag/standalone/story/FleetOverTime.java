package io.meshdiag.standalone.story;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.live.LiveCollector;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.FleetDriver;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import io.meshdiag.standalone.broker.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/**
 * A simulated fleet over time, with the time by hand: every look writes its clusters as the real tools would show them, reads them with the parsers
 * that read real ones, and tells the whole topology what changed. Between looks collectors send heartbeats.
 */
final class FleetOverTime implements AutoCloseable {
    private static final Duration BEAT = Duration.ofSeconds(30);

    private final Path folder;
    private final FleetDriver topology;
    private final Map<FactKey, SpecificRecord> told = new HashMap<>();
    private final Set<String> silent = new TreeSet<>();
    private final Set<String> everOpen = new TreeSet<>();
    private final LiveCollector collector;
    private Scenario fleet;

    FleetOverTime(Scenario fleet, Path folder) {
        this.fleet = fleet;
        this.folder = folder;
        this.topology = new FleetDriver(folder.resolve("state"), Catalogue.configured(RuleSettings.NONE), fleet.time());
        this.collector = new LiveCollector(new ToTopology(), "story", List.of(), BEAT);
    }

    /** The fleet as it is with these faults, and no others, from now on. */
    FleetOverTime shows(Fault... faults) throws IOException, ArchiveException {
        return shows(fleet.with(List.of(faults)));
    }

    /** Another state of the fleet from now on: other services, other clusters, other faults. */
    FleetOverTime shows(Scenario next) throws IOException, ArchiveException {
        fleet = next;
        Path archives = folder.resolve("archives");
        try {
            List<Path> all = new BugReportWriter().write(fleet, archives);
            collector.look(
                    all.stream()
                            .filter(path -> !silent.contains(path.getFileName().toString()))
                            .toList(),
                    topology.now());
        } finally {
            Folders.delete(archives);
        }
        return this;
    }

    /** From the next look on nothing is heard of a cluster; it goes on without being seen. */
    FleetOverTime silences(String cluster) {
        silent.add(cluster);
        return this;
    }

    /** From the next look on a cluster is heard again. */
    FleetOverTime hears(String cluster) {
        silent.remove(cluster);
        return this;
    }

    /** A cluster and its collector are taken down as they should be: the collector says that everything is gone. */
    FleetOverTime removes(String cluster) {
        silent.add(cluster);
        List.copyOf(told.values()).stream()
                .filter(fact -> Facts.header(fact).getClusterId().equals(cluster))
                .forEach(fact -> {
                    topology.remove(fact);
                    told.remove(Facts.key(fact));
                });
        return this;
    }

    /** A cluster's probe of another one's gateway ends so; archives have no probes. */
    FleetOverTime probes(String from, String to, boolean reached) {
        FactHeader any = told.values().stream()
                .map(Facts::header)
                .filter(header -> header.getClusterId().equals(from))
                .findFirst()
                .orElseThrow();
        topology.publish(Digests.stamp(Connectivity.newBuilder()
                .setHeader(FactHeader.newBuilder(any)
                        .setObservedAt(topology.now())
                        .setSource("probe")
                        .build())
                .setPeerClusterId(to)
                .setTarget(ProbeTarget.EAST_WEST_GATEWAY)
                .setHost(to + ".example")
                .setPort(15443)
                .setRungs(List.of(new ProbeRung("TCP", reached, reached ? "" : "timeout", 5L)))
                .build()));
        return this;
    }

    /** Lets time pass with heartbeats. */
    FleetOverTime minutes(int minutes) {
        return pass(Duration.ofMinutes(minutes));
    }

    FleetOverTime pass(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(BEAT)) {
            topology.pass(BEAT);
            collector.heartbeats(topology.now());
            open().stream()
                    .map(finding -> finding.getRule().getId() + " " + finding.getTitle())
                    .forEach(everOpen::add);
        }
        topology.settle();
        return this;
    }

    FleetDriver topology() {
        return topology;
    }

    /** Findings that people were told of and that are not over. */
    List<Finding> open() {
        return topology.findings().stream()
                .filter(finding ->
                        finding.getState() != DetectionState.RESOLVED && finding.getState() != DetectionState.PENDING)
                .toList();
    }

    /** Rule and title of everything that was ever open. */
    Set<String> everOpen() {
        return everOpen;
    }

    @Override
    public void close() {
        topology.close();
    }

    private final class ToTopology implements FactPublisher {
        @Override
        public Outcome publish(SpecificRecord fact) {
            told.put(Facts.key(fact), fact);
            topology.publish(fact);
            return Outcome.SENT;
        }

        @Override
        public void tombstone(FactKey key) {
            topology.remove(told.remove(key));
        }

        @Override
        public void flush() {
            // The topology takes in what it is told at once.
        }

        @Override
        public void close() {}
    }
}
