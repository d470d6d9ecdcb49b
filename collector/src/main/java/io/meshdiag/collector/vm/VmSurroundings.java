package io.meshdiag.collector.vm;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.log.MachineLogs;
import io.meshdiag.collector.vm.read.Loopback;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.SystemCommands;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a collector on a machine works with.
 *
 * @param publisher where facts go; thread-safe
 * @param kafka the same when facts go to Kafka; empty = they are printed
 */
public record VmSurroundings(
        VmConfig config,
        Machine machine,
        FactPublisher publisher,
        Optional<Outbox> kafka,
        MeterRegistry meters,
        InstantSource clock) {
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration PAGE = Duration.ofSeconds(30);
    private static final Duration JOURNAL = Duration.ofSeconds(20);

    /** The machine below the root that is set. */
    public static Machine machine(VmConfig config) {
        Root root = new Root(config.root());
        return new Machine(root, new SystemCommands(root), new Loopback(IDLE, PAGE));
    }

    static MachineLogs.Bounds logBounds(VmConfig config) {
        return new MachineLogs.Bounds(
                config.logs().files(),
                config.unit(),
                config.logs().window(),
                config.logs().maxBytes(),
                JOURNAL);
    }
}
