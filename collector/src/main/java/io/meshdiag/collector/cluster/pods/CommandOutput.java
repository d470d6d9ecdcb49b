package io.meshdiag.collector.cluster.pods;

import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Standard output of a command in a container. An end without the exit code 0 is a cut, not an end. */
final class CommandOutput extends InputStream {
    private static final int ENOUGH = 4096;
    /** "received unsuccessful status code 403: …" (istio: pilot/pkg/request). */
    private static final Pattern STATUS = Pattern.compile("status code (\\d{3})");

    private final HandOver output;
    private final InputStream reader;
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private final ExecWatch watch;
    private final CompletableFuture<Integer> ended;

    /** @param start starts the command with these streams for its output and its errors */
    CommandOutput(Duration idle, BiFunction<OutputStream, OutputStream, ExecWatch> start) {
        output = new HandOver(idle);
        reader = output.reader();
        watch = start.apply(output.stream(), new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] chunk, int offset, int length) {
                synchronized (error) {
                    error.write(chunk, offset, Math.min(length, ENOUGH - Math.min(ENOUGH, error.size())));
                }
            }
        });
        ended = watch.exitCode().whenComplete((code, failure) -> output.end());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = reader.read(buffer, offset, length);
        if (n < 0 && !succeeded()) {
            throw new IOException("the command did not end well");
        }
        return n;
    }

    private boolean succeeded() {
        Integer code = watch.exitCode().isCompletedExceptionally()
                ? null
                : watch.exitCode().getNow(null);
        return code != null && code == 0;
    }

    /**
     * What it means that the command gave no page; its own words may quote what it was answered, so they are not passed on.
     *
     * @param printed what it said on standard output
     */
    PageException failure(Pod pod, String printed) {
        PageException refused = apiRefusal(pod);
        if (refused != null) {
            return refused;
        }
        String words;
        synchronized (error) {
            words = printed + "\n" + error.toString(StandardCharsets.UTF_8);
        }
        Matcher status = STATUS.matcher(words);
        if (status.find()) {
            try {
                return Refusal.of(
                        pod, Way.EXEC, "/", Integer.parseInt(status.group(1)), "", InputStream.nullInputStream());
            } catch (IOException e) {
                throw new IllegalStateException("nothing was read", e);
            }
        }
        if (words.contains("connection refused")) {
            return new PageException(
                    SourceState.UNREACHABLE, "exec: nothing listens there; the container is starting, or ending");
        }
        return new PageException(
                SourceState.UNREACHABLE,
                "exec: the command in the container failed or gave no answer in time; does the image have it?");
    }

    private PageException apiRefusal(Pod pod) {
        if (!ended.isCompletedExceptionally()) {
            return null;
        }
        return ended.handle((code, failure) -> ApiRefusal.of(failure, "pods/exec", pod))
                .getNow(null);
    }

    @Override
    public void close() {
        output.abandon();
        watch.close();
    }
}
