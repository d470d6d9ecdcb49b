package io.meshdiag.collector.vm.read;

import io.meshdiag.fact.SourceState;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Standard output of a program. An end without the exit code 0 is a cut, not an end. */
final class CommandOutput extends FilterInputStream {
    private static final int ENOUGH = 4096;
    private static final int AT_ONCE_SECONDS = 5;

    private final String name;
    private final Process process;
    private final Duration within;
    private final Thread errors;
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private final CompletableFuture<Process> deadline;
    private volatile boolean late;

    CommandOutput(List<String> command, Process process, long maxBytes, Duration within) {
        super(new Bounded(process.getInputStream(), maxBytes, "the output of " + command.get(0)));
        this.name = command.get(0);
        this.process = process;
        this.within = within;
        this.errors = new Thread(this::readErrors, name + " errors");
        errors.setDaemon(true);
        errors.start();
        this.deadline = process.onExit()
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((ended, failure) -> {
                    if (failure instanceof TimeoutException) {
                        late = true;
                        kill();
                    }
                });
    }

    private void readErrors() {
        try (InputStream words = process.getErrorStream()) {
            byte[] chunk = new byte[ENOUGH];
            for (int n = words.read(chunk); n >= 0; n = words.read(chunk)) {
                synchronized (error) {
                    error.write(chunk, 0, Math.min(n, ENOUGH - Math.min(ENOUGH, error.size())));
                }
            }
        } catch (IOException e) {
            // The program was ended.
            return;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n;
        try {
            n = super.read(buffer, offset, length);
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw failure();
        }
        if (n < 0 && (exitCode() != 0 || hides())) {
            throw failure();
        }
        return n;
    }

    private int exitCode() throws IOException {
        try {
            errors.join(TimeUnit.SECONDS.toMillis(AT_ONCE_SECONDS));
            return process.waitFor(AT_ONCE_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreadException(SourceState.UNREACHABLE, name + " was interrupted");
        }
    }

    /** journalctl ends well also when it may not show what was asked for. */
    private boolean hides() {
        return words().contains("not seeing messages from other users");
    }

    private String words() {
        synchronized (error) {
            return error.toString(StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        }
    }

    /** What it means; the program's own words may be in any form and are not passed on. */
    private UnreadException failure() {
        if (late) {
            return new UnreadException(
                    SourceState.UNREACHABLE, name + " did not end within " + within.toSeconds() + " s and was ended");
        }
        String words = words();
        if (hides()
                || words.contains("insufficient permissions")
                || words.contains("permission denied")
                || words.contains("operation not permitted")
                || words.contains("must be root")) {
            return new UnreadException(SourceState.FORBIDDEN, name + " does not show it to this user");
        }
        if (words.contains("failed to connect to bus")
                || words.contains("has not been booted with systemd")
                || words.contains("no journal files were")) {
            return new UnreadException(
                    SourceState.MISSING, name + " has nothing to ask: this machine does not run systemd, or hides it");
        }
        return new UnreadException(
                SourceState.UNREADABLE,
                name + " failed" + (process.isAlive() ? "" : " with exit code " + process.exitValue()));
    }

    private void kill() {
        // A child that keeps the pipe open would keep the reader.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        deadline.cancel(false);
        kill();
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a pipe of this process could not be closed", e);
        }
    }
}
