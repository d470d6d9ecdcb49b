package io.meshdiag.standalone.live;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.live.LiveCollector;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import io.meshdiag.standalone.broker.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scenario's fleet over time. With every step of the schedule its clusters are written as the real tools would show them, and read by the parsers
 * that read real ones; between the steps nothing changes, and only heartbeats tell that the collectors live. Not thread-safe.
 */
public final class LiveFleet {
    private static final Logger LOGGER = LoggerFactory.getLogger(LiveFleet.class);
    /** Certificates, events and logs date from a scenario's time. Half of a workload certificate's day later the fleet is dated anew. */
    private static final Duration AGES_AFTER = Duration.ofHours(12);

    private final Function<Instant, Scenario> scenarios;
    private final LiveCollector collector;
    private final Duration step;
    private Scenario fleet;
    private Instant began;
    private long shown = -1;

    /**
     * @param scenarios the scenario as it is at a time
     * @param step how long until the next fault begins
     */
    public LiveFleet(Function<Instant, Scenario> scenarios, LiveCollector collector, Duration step) {
        this.scenarios = scenarios;
        this.collector = collector;
        this.step = step;
    }

    /**
     * Tells how the fleet is now: everything that changed when a step has begun, else that it is still so.
     *
     * @throws ArchiveException never but for a defect: the simulator writes what the collector reads
     * @throws IOException when there is no room for temporary files
     * @throws io.meshdiag.collector.publish.PublishException when facts could not be delivered
     */
    public void tick(Instant now) throws IOException, ArchiveException {
        if (began == null) {
            began = now;
            fleet = scenarios.apply(now);
        }
        long current = Duration.between(began, now).toMillis() / step.toMillis();
        if (current == shown) {
            collector.heartbeats(now);
            return;
        }
        Schedule schedule = new Schedule(fleet.faults());
        if (current % schedule.round() == 0 && now.isAfter(fleet.time().plus(AGES_AFTER))) {
            fleet = scenarios.apply(now);
        }
        show(schedule.on(current), now);
        shown = current;
    }

    private void show(List<Fault> faults, Instant now) throws IOException, ArchiveException {
        LOGGER.atInfo().addKeyValue("faults", faults).log("the fleet changes");
        Path folder = Files.createTempDirectory("meshdiag-live-");
        try {
            collector.look(new BugReportWriter().write(fleet.with(faults), folder), now);
        } finally {
            Folders.delete(folder);
        }
    }
}
