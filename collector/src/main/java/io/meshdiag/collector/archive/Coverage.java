package io.meshdiag.collector.archive;

import io.meshdiag.collector.archive.ArchiveLayout.Owner;
import io.meshdiag.collector.archive.ArchiveLayout.Page;
import io.meshdiag.collector.archive.ArchiveLayout.Row;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How well each source of an archive could be read: what is there, what is not, and what to do about it. */
final class Coverage {
    private static final int MAX_DETAIL = 500;

    /** Readings of one source. */
    private static final class Tally {
        private int read;
        private int failed;
        private boolean partly;
        private String firstFailure;
    }

    private final Map<String, Tally> tallies = new HashMap<>();
    private final Map<Owner, Set<String>> pods = new EnumMap<>(Owner.class);
    private final List<SourceCoverage> extra = new ArrayList<>();

    /** Notes whose folder a file stands in, so that a page that is missing for one of several is told. */
    void seen(String entry) {
        for (Owner owner : Owner.values()) {
            ArchiveLayout.pod(entry, owner).ifPresent(pod -> pods.computeIfAbsent(owner, o -> new HashSet<>())
                    .add(pod));
        }
    }

    void read(Page page) {
        tally(page).read++;
    }

    /**
     * A page that could not be read to its end.
     *
     * @param facts whether facts came of it before it failed
     */
    void failed(Page page, String reason, boolean facts) {
        Tally tally = tally(page);
        tally.failed++;
        tally.partly |= facts;
        if (tally.firstFailure == null) {
            tally.firstFailure = page.observer() + ": " + reason;
        }
    }

    /** Notes that a page of one source held what another source has a page of its own for; where that page is there too, it counts. */
    void held(String source, String holder) {
        Tally tally = tallies.get(holder);
        if (tally != null) {
            tallies.putIfAbsent(source, tally);
        }
    }

    /** A source that is not a page, such as the archive as a whole. */
    void add(String source, SourceState state, String detail) {
        extra.add(SourceCoverage.newBuilder()
                .setSource(source)
                .setState(state)
                .setDetail(Redactor.clean(detail, MAX_DETAIL))
                .setRead(state == SourceState.OK ? 1 : 0)
                .setExpected(1)
                .build());
    }

    private Tally tally(Page page) {
        return tallies.computeIfAbsent(page.row().source(), s -> new Tally());
    }

    /** Coverage of every source of the layout, in the layout's order. */
    List<SourceCoverage> sources(Instant freshAt) {
        List<SourceCoverage> sources = new ArrayList<>(extra);
        for (Row row : ArchiveLayout.ROWS) {
            Tally tally = tallies.getOrDefault(row.source(), new Tally());
            int pages = tally.read + tally.failed;
            int expected = row.owner() == Owner.CLUSTER
                    ? 1
                    : Math.max(pages, pods.getOrDefault(row.owner(), Set.of()).size());
            SourceState state = state(tally, expected);
            sources.add(SourceCoverage.newBuilder()
                    .setSource(row.source())
                    .setState(state)
                    .setDetail(Redactor.clean(detail(row, tally, expected, state), MAX_DETAIL))
                    .setRead(tally.read)
                    .setExpected(expected)
                    .setFreshAt(pages == 0 ? null : freshAt)
                    .build());
        }
        return sources;
    }

    private static SourceState state(Tally tally, int expected) {
        if (tally.read + tally.failed == 0) {
            return SourceState.MISSING;
        }
        if (tally.read == 0 && !tally.partly) {
            return SourceState.UNREADABLE;
        }
        return tally.read < expected ? SourceState.PARTIAL : SourceState.OK;
    }

    private static String detail(Row row, Tally tally, int expected, SourceState state) {
        return switch (state) {
            case OK -> "";
            case MISSING ->
                expected == 0
                        ? "no " + folder(row.owner()) + " folder in the archive"
                        : "not in the archive; " + row.missing();
            default ->
                tally.read + " of " + expected + " read"
                        + (tally.firstFailure == null ? "; " + row.missing() : "; " + tally.firstFailure);
        };
    }

    private static String folder(Owner owner) {
        return switch (owner) {
            case CLUSTER -> "cluster";
            case ISTIOD -> "istio/<namespace>/<istiod>";
            case PROXY -> "proxies/<namespace>/<pod>";
            case CNI -> "cni/<pod>";
        };
    }
}
