package io.meshdiag.collector.vm;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.extract.vm.VmFacts;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.DeliveryReport;
import io.meshdiag.collector.live.HeartbeatRound;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.live.SourceMeters;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.vm.log.MachineLogs;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Looks at one machine of known identity: reads what is due on one thread, tells what changed, and says on another how well it could be seen.
 */
final class MachineWatch implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration METERS = Duration.ofSeconds(15);

    private final VmSurroundings around;
    private final MachineIdentity identity;
    private final Host host;
    private final SourceBoard board = new SourceBoard();
    private final Book book;
    private final Parts parts = new Parts();
    private final Looks looks;
    private final MachineLogs logs;
    private final HeartbeatRound heartbeats;
    private final Rounds heartbeat;
    private final List<Rounds> running = new ArrayList<>();
    private long logsDue;
    private volatile boolean lookedOnce;

    /**
     * @param publisher where facts go; remembers what was told
     * @param before what readers were told of this machine by a collector before
     * @param logState where the place in the logs is kept; empty = it is not
     */
    MachineWatch(
            VmSurroundings around,
            MachineIdentity identity,
            Host host,
            FactPublisher publisher,
            Collection<FactKey> before,
            Optional<Path> logState) {
        this.around = around;
        this.identity = identity;
        this.host = host;
        parts.identified(identity);
        this.book = new Book(publisher, around.config().refresh());
        book.inherit(before);
        around.kafka().ifPresent(outbox -> outbox.listen(new DeliveryReport(book, board)));
        List<Page> pages = new ArrayList<>(VmLayout.settings(around.config()));
        pages.addAll(VmLayout.looks(around.config()));
        this.looks = new Looks(around.machine(), around.config(), pages, parts, board, System::nanoTime);
        this.logs = new MachineLogs(
                around.machine(),
                VmSurroundings.logBounds(around.config()),
                identity.namespace(),
                identity.hostName(),
                logState);
        this.logsDue = System.nanoTime();
        this.heartbeats = new HeartbeatRound(
                "vm-" + identity.vm(),
                CollectorMode.VM,
                ArchiveCollector.version(),
                around.config().heartbeatInterval(),
                () -> identity.origin(around.clock().instant(), "collector:heartbeat"),
                book,
                board,
                publisher,
                () -> lookedOnce);
        this.heartbeat = new Rounds("vm-heartbeat", around.config().heartbeatInterval(), heartbeats);
    }

    /** Begins to look, and returns at once. */
    void start() {
        SourceMeters meters = new SourceMeters(around.meters(), identity.vm(), board, around.clock());
        running.add(new Rounds("vm-looks", TICK, this::look).start());
        running.add(new Rounds("vm-meters", METERS, meters::refresh).start());
        running.add(heartbeat.start());
    }

    /** Looks at everything once. */
    void once() throws InterruptedException {
        look();
        heartbeats.run();
    }

    private void look() {
        Instant now = around.clock().instant();
        boolean read = looks.round(now);
        boolean readLogs = System.nanoTime() - logsDue >= 0;
        if (readLogs) {
            logs.read(now, board);
            logsDue = System.nanoTime() + around.config().intervals().logs().toNanos();
        }
        if (read || readLogs) {
            tell(now);
        }
        if (readLogs) {
            Origin origin = identity.origin(now, "vm:log");
            book.accept(logs.signals(origin));
            logs.save(origin, board);
        }
        if (!lookedOnce) {
            lookedOnce = true;
            heartbeat.wake();
        }
    }

    private void tell(Instant now) {
        Book.Look look = book.look(this::gone);
        VmFacts.publish(parts.reading(host.bootedAt(), host.addresses()), now, look);
        look.complete();
    }

    /** What is not there any more; what only cannot be read may be there. */
    private boolean gone(FactKey key) {
        if (key.kind() == FactKind.PROXY_CONFIG) {
            return parts.envoyGone();
        }
        if (key.kind() != FactKind.TRUST_BUNDLE) {
            return false;
        }
        return key.subject().get(0).equals(TrustHolder.VM.name())
                ? board.state("vm/certs", "cert-chain.pem") == SourceState.MISSING
                        && board.state("vm/certs", "root-cert.pem") == SourceState.MISSING
                : parts.envoyGone();
    }

    /** Why nothing is told yet; empty once everything was looked at. */
    String unready() {
        return lookedOnce ? "" : "the first look at the machine is not complete yet";
    }

    @Override
    public void close() {
        running.forEach(Rounds::close);
    }
}
