package io.meshdiag.simulator.fleet;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids and suffixes that look random and are the same for the same seed and subject. */
public final class Names {
    /** Letters that Kubernetes uses in generated names: no vowels, so no words. */
    private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";

    private final int seed;

    public Names(int seed) {
        this.seed = seed;
    }

    public String uuid(Object... subject) {
        UUID hash = hash(subject);
        long version4 = (hash.getMostSignificantBits() & ~0xF000L) | 0x4000L;
        return new UUID(version4, hash.getLeastSignificantBits()).toString();
    }

    /** The last part of a generated name, such as "x7k2p". */
    public String suffix(int length, Object... subject) {
        long bits = hash(subject).getMostSignificantBits() >>> 1;
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < length; i++) {
            suffix.append(SAFE.charAt((int) (bits % SAFE.length())));
            bits /= SAFE.length();
        }
        return suffix.toString();
    }

    private UUID hash(Object... subject) {
        StringBuilder text = new StringBuilder().append(seed);
        for (Object part : subject) {
            text.append('/').append(part);
        }
        return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
