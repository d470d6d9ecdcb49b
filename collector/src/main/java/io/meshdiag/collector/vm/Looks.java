package io.meshdiag.collector.vm;

import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.read.Loopback;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Reads each page when it is due: at its interval, less often while it cannot be read, and Envoy's large pages also as soon as Envoy counts a change or has
 * come back. Not thread-safe.
 */
final class Looks {
    private static final int MAX_BACKOFF = 4;
    private static final int MAX_VERSIONS = 64 << 10;
    /** An Envoy whose configuration changes all the time is not dumped more often. */
    private static final long LEAST_BETWEEN_DUMPS = Duration.ofMinutes(1).toNanos();

    private final Machine machine;
    private final VmConfig config;
    private final List<Page> pages;
    private final Parts parts;
    private final SourceBoard board;
    private final LongSupplier nanos;
    private final Map<Page, Long> due = new HashMap<>();
    private final Map<Page, Integer> failures = new HashMap<>();
    private String versions = "";
    private long triedAt;
    private long askedAt;
    private boolean dumped;

    /** @param nanos a clock that nobody sets, for what is due */
    Looks(Machine machine, VmConfig config, List<Page> pages, Parts parts, SourceBoard board, LongSupplier nanos) {
        this.machine = machine;
        this.config = config;
        this.pages = List.copyOf(pages);
        this.parts = parts;
        this.board = board;
        this.nanos = nanos;
        expect(pages, board);
    }

    /** Tells the board what there is to read. */
    static void expect(List<Page> pages, SourceBoard board) {
        Map<String, Set<String>> files = new HashMap<>();
        pages.forEach(page ->
                files.computeIfAbsent(page.source(), s -> new HashSet<>()).add(page.file()));
        files.forEach(board::expect);
    }

    /** Reads what is due; true when there was anything. */
    boolean round(Instant now) {
        boolean any = false;
        for (Page page : pages) {
            long time = nanos.getAsLong();
            if (!due.containsKey(page) || time - due.get(page) >= 0 || changed(page, time)) {
                any = true;
                read(page, now);
            }
        }
        return any;
    }

    private void read(Page page, Instant now) {
        boolean read = page.read(() -> page.live().open(machine), now, parts, board);
        int failed = read ? 0 : failures.getOrDefault(page, 0) + 1;
        failures.put(page, failed);
        long interval = page.interval().apply(config.intervals()).toNanos();
        double jitter = ThreadLocalRandom.current().nextDouble(0.9, 1.1);
        due.put(
                page,
                nanos.getAsLong()
                        + (Math.round(interval * jitter) * Math.min(MAX_BACKOFF, 1L << Math.min(failed, MAX_BACKOFF))));
        if (dump(page)) {
            dumped = read;
            triedAt = nanos.getAsLong();
            versions = read ? versions() : "";
        }
    }

    /** Whether a large page of Envoy's is to be read before its time. */
    private boolean changed(Page page, long time) {
        if (!dump(page)
                || (time - triedAt) < LEAST_BETWEEN_DUMPS
                || (time - askedAt) < config.intervals().agent().toNanos()) {
            return false;
        }
        askedAt = time;
        boolean live = board.state("vm/server_info", "server_info") == SourceState.OK;
        return live && (!dumped || (!versions.isEmpty() && !versions.equals(versions())));
    }

    private static boolean dump(Page page) {
        return page.file().equals("config_dump");
    }

    /** What Envoy says of the versions that it has and of updates that it refused; empty when it says nothing. */
    private String versions() {
        Loopback loopback = machine.loopback();
        try (InputStream page = loopback.get(config.ports().admin(), VmLayout.VERSIONS, MAX_VERSIONS)) {
            return Digests.sha256Hex(page.readAllBytes());
        } catch (IOException e) {
            return "";
        }
    }
}
