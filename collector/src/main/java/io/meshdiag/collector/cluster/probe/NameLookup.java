package io.meshdiag.collector.cluster.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks names up on threads of its own, because the JDK's look-up has no time limit: at most two hang, then none are begun. */
final class NameLookup implements AutoCloseable {
    private static final int MAX_ADDRESSES = 3;
    private static final int THREADS = 2;

    /** The system's resolver, or a test's. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), NameLookup::thread);

    NameLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "probe-names");
        thread.setDaemon(true);
        return thread;
    }

    /** True for an IP address, which needs no look-up. */
    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(?:\\.\\d{1,3}){3}");
    }

    /** At most three addresses of a name, in a stable order, whichever the name server begins with. */
    List<InetAddress> addresses(String host, Duration timeout) throws RungException, InterruptedException {
        return all(host, timeout).stream().limit(MAX_ADDRESSES).toList();
    }

    /** All addresses of a name, in a stable order. */
    List<InetAddress> all(String host, Duration timeout) throws RungException, InterruptedException {
        Future<InetAddress[]> answer;
        try {
            answer = threads.submit(() -> resolver.all(host));
        } catch (RejectedExecutionException e) {
            throw new RungException(ProbeFault.DNS_TIMEOUT, "look-ups before this one still wait for an answer", e);
        }
        try {
            return Arrays.stream(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS))
                    .sorted(Comparator.comparing(InetAddress::getHostAddress))
                    .toList();
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RungException(
                    ProbeFault.DNS_TIMEOUT, "the resolver did not answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown(unknown);
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new RungException(ProbeFault.OTHER, "the look-up failed: " + e.getCause(), e);
        }
    }

    /** The JDK tells the resolver's answers apart only by their texts (EAI_AGAIN against EAI_NONAME and EAI_NODATA). */
    private static RungException unknown(UnknownHostException e) {
        return String.valueOf(e.getMessage()).contains("Temporary failure")
                ? new RungException(ProbeFault.DNS_UNAVAILABLE, "the resolver cannot tell at present", e)
                : new RungException(ProbeFault.DNS_NXDOMAIN, "the name has no address", e);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
