package io.meshdiag.collector.cluster.probe;

import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Climbs to one aim: DNS (not for an IP address), TCP, TLS. Ends at the first rung that does not hold.
 *
 * <p>An east-west gateway (AUTO_PASSTHROUGH) terminates no TLS: it picks the service by the hello's server name, and closes or resets where it routes
 * none (istio/istio: pilot/pkg/networking/core/gateway.go, builtAutoPassthroughFilterChains). The probe names no service on purpose, so that nothing
 * behind the gateway is touched: closing is what a healthy gateway answers, and counts as an answer. Whether the gateway has somebody to pass a
 * connection to, a probe without a workload's certificate cannot see.
 */
final class Ladder {
    private static final int MAX_DETAIL = 500;
    private static final String NO_SERVICE = "meshdiag-probe.invalid";

    private final NameLookup names;
    private final Duration timeout;
    private final LongSupplier nanos;

    Ladder(NameLookup names, Duration timeout) {
        this(names, timeout, System::nanoTime);
    }

    /** @param nanos the clock by which rungs are timed, as {@link System#nanoTime} */
    Ladder(NameLookup names, Duration timeout, LongSupplier nanos) {
        this.names = names;
        this.timeout = timeout;
        this.nanos = nanos;
    }

    /** One try to hold a rung; returns what to remark on a rung that holds, mostly nothing. */
    @FunctionalInterface
    private interface Try {
        String run() throws IOException, RungException, InterruptedException;
    }

    /** The rungs, the last of which may not hold. */
    List<ProbeRung> climb(ProbeAim aim) throws InterruptedException {
        List<ProbeRung> rungs = new ArrayList<>();
        List<InetAddress> addresses = new ArrayList<>();
        boolean literal = NameLookup.isAddress(aim.host());
        boolean found = hold(rungs, "DNS", () -> {
            addresses.addAll(
                    literal ? List.of(InetAddress.getByName(aim.host())) : names.addresses(aim.host(), timeout));
            return "";
        });
        if (!found) {
            return rungs;
        }
        if (literal) {
            rungs.clear();
        }
        try (Connection connection = new Connection()) {
            boolean connected = hold(rungs, "TCP", () -> {
                connection.open(addresses, aim.port());
                return "";
            });
            if (connected) {
                hold(rungs, "TLS", () -> greet(connection.socket(), aim));
            }
        }
        return rungs;
    }

    private boolean hold(List<ProbeRung> rungs, String rung, Try once) throws InterruptedException {
        long began = nanos.getAsLong();
        boolean ok = false;
        String detail;
        try {
            detail = once.run();
            ok = true;
        } catch (RungException e) {
            detail = e.detail();
        } catch (IOException e) {
            detail = classified(e).detail();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long millis = (nanos.getAsLong() - began) / 1_000_000;
        rungs.add(new ProbeRung(rung, ok, Redactor.clean(detail, MAX_DETAIL), millis));
        return ok;
    }

    private static String greet(Socket socket, ProbeAim aim) throws IOException, RungException {
        boolean gateway = aim.target() == ProbeTarget.EAST_WEST_GATEWAY;
        String name = gateway ? NO_SERVICE : NameLookup.isAddress(aim.host()) ? null : aim.host();
        try {
            TlsHello.exchange(socket.getInputStream(), socket.getOutputStream(), name);
            return "";
        } catch (RungException e) {
            if (e.fault() == ProbeFault.TLS_ALERT || (gateway && e.fault() == ProbeFault.TLS_CLOSED)) {
                return e.detail();
            }
            throw e;
        } catch (IOException e) {
            RungException fault = classified(e);
            if (gateway && fault.fault() == ProbeFault.RESET) {
                return fault.detail();
            }
            throw fault;
        }
    }

    /** What the JDK says only by class and text. */
    private static RungException classified(IOException e) {
        String text = String.valueOf(e.getMessage());
        if (e instanceof SocketTimeoutException || text.contains("timed out")) {
            return new RungException(ProbeFault.TIMEOUT, "no answer in time: dropped on the way, or nobody there", e);
        }
        if (e instanceof NoRouteToHostException || text.contains("unreachable") || text.contains("No route")) {
            return new RungException(ProbeFault.NO_ROUTE, "no route to the host", e);
        }
        if (e instanceof ConnectException && text.contains("refused")) {
            return new RungException(ProbeFault.REFUSED, "nobody listens on the port, or a firewall rejects", e);
        }
        if (text.contains("reset") || text.contains("Broken pipe")) {
            return new RungException(ProbeFault.RESET, "the connection was reset", e);
        }
        return new RungException(ProbeFault.OTHER, e.getClass().getSimpleName() + ": " + text, e);
    }

    /** A connection to the first address that takes one. */
    private final class Connection implements AutoCloseable {
        private SocketChannel channel;

        void open(List<InetAddress> addresses, int port) throws IOException, RungException {
            RungException failed = null;
            for (InetAddress address : addresses) {
                // A channel, because closing the collector interrupts the thread; the JVM's proxy settings do not apply
                // to it.
                channel = SocketChannel.open();
                try {
                    channel.socket().connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
                    channel.socket().setSoTimeout((int) timeout.toMillis());
                    return;
                } catch (IOException e) {
                    channel.close();
                    failed = failed == null ? classified(e) : failed;
                }
            }
            if (failed == null) {
                throw new RungException(ProbeFault.DNS_NXDOMAIN, "the name has no address", null);
            }
            throw failed;
        }

        Socket socket() {
            return channel.socket();
        }

        @Override
        public void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                // Nothing was to be sent any more.
                channel = null;
            }
        }
    }
}
