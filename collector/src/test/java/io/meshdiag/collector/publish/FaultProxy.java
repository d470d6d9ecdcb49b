package io.meshdiag.collector.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A network between a client and a port of this machine: passes on, swallows everything (black hole), or resets and refuses. */
public final class FaultProxy implements AutoCloseable {
    /** What happens to bytes. */
    public enum Fault {
        NONE,
        /** Connections stay open and nothing comes through; what was swallowed is lost, and with it the connection. */
        BLACK_HOLE,
        /** Connections are cut as soon as they are made. */
        RESET
    }

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Fault fault = Fault.NONE;
    private final int target;

    public FaultProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void set(Fault next) {
        lock.lock();
        try {
            fault = next;
            changed.signalAll();
            if (next == Fault.RESET) {
                reset();
            }
        } finally {
            lock.unlock();
        }
    }

    private void reset() {
        sockets.forEach(FaultProxy::close);
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // Closed.
                return;
            }
        }
    }

    /** Under the lock: a connection that is being made while the network begins to reset is not to outlive that. */
    private void connect(Socket client) {
        lock.lock();
        try {
            if (fault == Fault.RESET) {
                close(client);
                return;
            }
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(upstream);
            daemon(() -> pump(client, upstream));
            daemon(() -> pump(upstream, client));
        } catch (IOException e) {
            // The target is away: the client is to see that.
            close(client);
        } finally {
            lock.unlock();
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0 && !swallowed()) {
                out.write(buffer, 0, read);
                read = in.read(buffer);
            }
        } catch (IOException | InterruptedException e) {
            // Cut by either side.
        } finally {
            close(from);
            close(to);
        }
    }

    /** Whether what just came fell into the black hole; then waits until there is none. */
    private boolean swallowed() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean hole = fault == Fault.BLACK_HOLE;
            while (fault == Fault.BLACK_HOLE) {
                changed.await();
            }
            return hole;
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            // Both directions may cut at the same time.
            synchronized (socket) {
                if (!socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        reset();
    }
}
