package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the facts of the machine that it runs on true: finds out who the machine is in the mesh, and looks at it as that until its settings name another,
 * whose facts then take the place of the former's. Either {@link #start} and much later {@link #close}, or {@link #once} and then close.
 */
public final class VmCollector implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(VmCollector.class);
    private static final Duration IDENTITY = Duration.ofMinutes(1);

    private final VmSurroundings around;
    private final Host host;
    private ToldKeys told;
    private volatile MachineIdentity identity;
    private volatile MachineWatch watch;
    private Rounds identityRounds;

    /** Looks at nothing of Istio's yet. */
    public VmCollector(VmSurroundings around) {
        this.around = around;
        this.host = Host.of(around.machine().files());
    }

    /** Begins to keep the machine's facts true, and returns when threads do it. */
    public void start() {
        Path state = around.config().state();
        try {
            Files.createDirectories(state);
        } catch (IOException e) {
            // Whoever writes there says so, and goes on.
            LOGGER.atWarn()
                    .addKeyValue("directory", state)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("the directory for state cannot be made");
        }
        told = new ToldKeys(around.publisher(), state.resolve("told"));
        begin(findIdentity());
        identityRounds = new Rounds("vm-identity", IDENTITY, this::checkIdentity).start();
    }

    private MachineIdentity findIdentity() {
        Parts parts = new Parts();
        SourceBoard unheard = new SourceBoard();
        Instant now = around.clock().instant();
        VmLayout.settings(around.config())
                .forEach(page -> page.read(() -> page.live().open(around.machine()), now, parts, unheard));
        return host.identity(parts.settings(), parts.config);
    }

    private synchronized void begin(MachineIdentity found) {
        String name = clusterKey(found);
        LOGGER.atInfo()
                .addKeyValue("vm", found.vm())
                .addKeyValue("mesh", found.meshId())
                .addKeyValue("cluster", found.clusterId())
                .addKeyValue("uid", found.machineUid())
                .log("collects from this machine");
        identity = found;
        Set<FactKey> former = told.keys(key -> !key.clusterKey().equals(name));
        former.forEach(told::tombstone);
        if (!former.isEmpty()) {
            LOGGER.atInfo().addKeyValue("subjects", former.size()).log("took back what was told under other names");
        }
        Set<FactKey> before = told.keys(key -> key.clusterKey().equals(name) && key.kind() != FactKind.HEARTBEAT);
        watch = new MachineWatch(
                around,
                found,
                host,
                told,
                before,
                Optional.of(around.config().state().resolve("logs.avro")));
        watch.start();
    }

    private String clusterKey(MachineIdentity of) {
        return FactKey.of(of.origin(around.clock().instant(), "").header(), FactKind.HEARTBEAT, "")
                .clusterKey();
    }

    private void checkIdentity() {
        MachineIdentity now = findIdentity();
        if (!now.equals(identity)) {
            watch.close();
            begin(now);
        }
    }

    /** Looks at everything once, and returns when its facts are delivered. Keeps no place in the logs, and takes nothing back. */
    public void once() throws InterruptedException {
        try (MachineWatch once =
                new MachineWatch(around, findIdentity(), host, around.publisher(), List.of(), Optional.empty())) {
            once.once();
        }
        around.publisher().flush();
    }

    /** Why facts of this machine do not get out at present; empty when they do. Answers at once. */
    public String unready() {
        Duration lag = around.kafka().map(Outbox::lag).orElse(Duration.ZERO);
        if (lag.compareTo(around.config().kafka().unreadyAfter()) > 0) {
            return "facts wait for Kafka since " + lag.toSeconds() + " s";
        }
        MachineWatch now = watch;
        return now == null ? "not started yet" : now.unready();
    }

    /** Ends all threads. */
    @Override
    public void close() {
        if (identityRounds != null) {
            identityRounds.close();
        }
        synchronized (this) {
            if (watch != null) {
                watch.close();
            }
        }
    }
}
