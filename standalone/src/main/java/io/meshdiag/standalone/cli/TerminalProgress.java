package io.meshdiag.standalone.cli;

import io.meshdiag.standalone.pipeline.Progress;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Progress for a person: one line that is redrawn on a terminal, one line per phase otherwise. Not thread-safe. */
final class TerminalProgress implements Progress {
    private static final String REDRAW = "\r\u001b[K";
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PrintWriter err;
    private final boolean live;
    private String phase = "";
    private long drawn;

    TerminalProgress(PrintWriter err, boolean live) {
        this.err = err;
        this.live = live;
    }

    @Override
    public void phase(String name) {
        phase = name;
        if (live) {
            draw(name + " …");
        } else {
            err.println(name);
        }
    }

    @Override
    public void detail(String text) {
        if (live && System.nanoTime() - drawn > LEAST_NANOS) {
            draw(phase + " … " + text);
        }
    }

    @Override
    public void done() {
        if (live) {
            err.print(REDRAW);
            err.flush();
        }
    }

    private void draw(String line) {
        drawn = System.nanoTime();
        err.print(REDRAW + line);
        err.flush();
    }
}
