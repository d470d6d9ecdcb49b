package io.meshdiag.standalone.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the collectors can see, cluster by cluster, signal by signal: not seen is not healthy. */
public final class CoverageReport {
    private static final int INDENT = 2;
    private static final int STATE = 13;
    private static final int READ = 12;
    private static final int AGE = 9;
    private static final Set<SourceState> SEEN = Set.of(SourceState.OK, SourceState.DISABLED);

    private CoverageReport() {}

    /** A table for each collector. */
    public static String render(List<ClusterCoverage> all, Style style, int width) {
        Page page = new Page(style, width);
        int source = 2
                + all.stream()
                        .flatMap(c -> c.sources().stream())
                        .mapToInt(s -> Page.clean(s.getSource()).length())
                        .max()
                        .orElse(0);
        all.stream().sorted(ClusterCoverage.ORDER).forEach(cluster -> {
            page.heading("Mesh " + cluster.mesh() + " · "
                    + (cluster.vm().isEmpty()
                            ? "cluster " + cluster.cluster()
                            : "virtual machine " + cluster.vm() + " of cluster " + cluster.cluster())
                    + " · " + cluster.collector());
            heard(page, cluster);
            cluster.sources().forEach(s -> row(page, source, s, cluster));
            page.blank();
        });
        long unseen = all.stream()
                .flatMap(c -> c.sources().stream())
                .filter(s -> !SEEN.contains(s.getState()))
                .count();
        long silent = all.stream().filter(ClusterCoverage::silent).count();
        page.line((unseen == 0 && silent == 0
                        ? style.good("Everything that is looked at could be read")
                        : style.bold(Words.count(unseen, "source") + " not read completely, "
                                + Words.count(silent, "silent collector")))
                + "; " + Words.count(all.size(), "collector") + ".");
        return page.toString();
    }

    /** The same for programs; structure: docs/cli.md. */
    public static ObjectNode document(List<ClusterCoverage> all) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", DocumentReport.VERSION);
        ArrayNode clusters = document.putArray("clusters");
        all.stream().sorted(ClusterCoverage.ORDER).forEach(cluster -> {
            ObjectNode node = clusters.addObject()
                    .put("mesh", cluster.mesh())
                    .put("cluster", cluster.cluster())
                    .put("vm", cluster.vm().isEmpty() ? null : cluster.vm())
                    .put("collector", cluster.collector())
                    .put("heardAt", cluster.heardAt().toString())
                    .put("silent", cluster.silent());
            ArrayNode sources = node.putArray("sources");
            cluster.sources().forEach(s -> sources.addObject()
                    .put("source", s.getSource())
                    .put("state", s.getState().name())
                    .put("detail", s.getDetail())
                    .put("read", s.getRead())
                    .put("expected", s.getExpected())
                    .put(
                            "freshAt",
                            s.getFreshAt() == null ? null : s.getFreshAt().toString()));
        });
        return document;
    }

    private static void heard(Page page, ClusterCoverage cluster) {
        String at = Words.time(cluster.heardAt());
        if (cluster.silent()) {
            page.line(" ".repeat(INDENT)
                    + page.style()
                            .severity(
                                    Severity.HIGH,
                                    "SILENT since " + at + ": nothing of this "
                                            + (cluster.vm().isEmpty() ? "cluster" : "machine")
                                            + " is judged; below is what it said"
                                            + " last"));
        } else {
            page.line(
                    " ".repeat(INDENT) + page.style().dim(cluster.interval().isZero() ? "taken " + at : "heard " + at));
        }
    }

    private static void row(Page page, int sourceWidth, SourceCoverage source, ClusterCoverage cluster) {
        String name = pad(Page.clean(source.getSource()), sourceWidth);
        String state = source.getState().name().toLowerCase(Locale.ROOT);
        String read = pad(source.getRead() + " of " + source.getExpected(), READ);
        String age =
                pad(source.getFreshAt() == null ? "" : age(Duration.between(source.getFreshAt(), cluster.asOf())), AGE);
        page.hanging(
                " ".repeat(INDENT)
                        + name
                        + emphasis(page.style(), source.getState(), state)
                        + " ".repeat(Math.max(1, STATE - state.length()))
                        + read
                        + age,
                INDENT + sourceWidth + STATE + READ + AGE,
                source.getDetail());
    }

    private static String emphasis(Style style, SourceState state, String text) {
        return switch (state) {
            case OK -> style.good(text);
            case DISABLED -> style.dim(text);
            case PARTIAL -> style.severity(Severity.MEDIUM, text);
            case UNKNOWN, MISSING, FORBIDDEN, UNREACHABLE, UNREADABLE -> style.severity(Severity.HIGH, text);
        };
    }

    private static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
