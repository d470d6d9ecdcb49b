package io.meshdiag.collector.cluster.pods;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands bytes from the thread that receives them to the thread that reads them. Unlike a pipe of the JDK it does not care which threads these are
 * and whether they still live, and the reader waits for a limited time. The writer waits while the reader is behind.
 */
final class HandOver {
    private static final int MAX_WAITING = 1 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private final Duration idle;
    private int bytes;
    private boolean ended;
    private boolean abandoned;

    /** @param idle how long the reader waits for the next byte */
    HandOver(Duration idle) {
        this.idle = idle;
    }

    /** Nothing comes after what was written. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void write(ByteBuffer chunk) throws IOException {
        lock.lock();
        try {
            while (bytes >= MAX_WAITING && !abandoned) {
                changed.await();
            }
            if (abandoned) {
                throw new ClosedChannelException();
            }
            ByteBuffer copy = ByteBuffer.allocate(chunk.remaining()).put(chunk).flip();
            bytes += copy.remaining();
            waiting.add(copy);
            changed.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    private int read(byte[] buffer, int offset, int length) throws IOException {
        lock.lock();
        try {
            long left = idle.toNanos();
            while (waiting.isEmpty() && !ended && !abandoned) {
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing came");
                }
                left = changed.awaitNanos(left);
            }
            if (waiting.isEmpty()) {
                return -1;
            }
            ByteBuffer first = waiting.peekFirst();
            int n = Math.min(length, first.remaining());
            first.get(buffer, offset, n);
            bytes -= n;
            if (!first.hasRemaining()) {
                waiting.removeFirst();
            }
            changed.signalAll();
            return n;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more: the writer fails. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The reader's side; closing it abandons the rest. */
    InputStream reader() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return length == 0 ? 0 : HandOver.this.read(buffer, offset, length);
            }

            @Override
            public void close() {
                abandon();
            }
        };
    }

    /** The writer's side as a channel; closing it is the end. */
    WritableByteChannel channel() {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer chunk) throws IOException {
                int n = chunk.remaining();
                if (n > 0) {
                    HandOver.this.write(chunk);
                }
                return n;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                end();
            }
        };
    }

    /** The writer's side as a stream; closing it is the end. */
    OutputStream stream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] chunk, int offset, int length) throws IOException {
                if (length > 0) {
                    HandOver.this.write(ByteBuffer.wrap(chunk, offset, length));
                }
            }

            @Override
            public void close() {
                end();
            }
        };
    }
}
