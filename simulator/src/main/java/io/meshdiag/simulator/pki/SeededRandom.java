package io.meshdiag.simulator.pki;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * The same bytes for the same seed, so that one scenario gives the same certificates in every run. Worth nothing as a
 * source of secrets, which is the point: no key made here protects anything.
 */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] seed;
    private long block;

    SeededRandom(String seed) {
        this.seed = seed.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        for (int filled = 0; filled < bytes.length; ) {
            byte[] next = nextBlock();
            int length = Math.min(next.length, bytes.length - filled);
            System.arraycopy(next, 0, bytes, filled, length);
            filled += length;
        }
    }

    private byte[] nextBlock() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(seed);
            return digest.digest(
                    ByteBuffer.allocate(Long.BYTES).putLong(block++).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
