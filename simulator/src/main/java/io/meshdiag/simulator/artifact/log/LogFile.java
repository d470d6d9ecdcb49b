package io.meshdiag.simulator.artifact.log;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.fleet.LogLine;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A log in Istio's text form: time, level, scope and message with tabs between; the default scope is not printed. */
public record LogFile(String path, List<LogLine> lines) implements Artifact {
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public void writeTo(Writer out) throws IOException {
        Stream<LogLine> sorted = lines.stream().sorted(Comparator.comparing(LogLine::at));
        for (LogLine line : sorted.toList()) {
            String scope = line.scope().isEmpty() ? "" : line.scope() + "\t";
            out.write(time(line.at()) + "\t" + line.level() + "\t" + scope + line.message() + "\n");
        }
    }

    private static String time(Instant at) {
        return MICROSECONDS.format(at);
    }
}
