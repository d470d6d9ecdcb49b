package io.meshdiag.processor.lifecycle;

import io.meshdiag.schema.Digests;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Identity of a finding, version 1: {@code mf1-} and the SHA-256 of mesh, rule and scope key in base32 (RFC 4648, lower case, no padding). Not
 * of severity, counts, text or the rule's version: the same problem keeps its id.
 */
final class FindingId {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int DIGITS = 52;

    private FindingId() {}

    static String of(String mesh, String rule, String scopeKey) {
        byte[] hash = Digests.sha256((mesh + "|" + rule + "|" + scopeKey).getBytes(StandardCharsets.UTF_8));
        // 256 bits are 51.2 digits of 5 bits; base32 fills the last digit with zero bits on the right.
        BigInteger bits = new BigInteger(1, hash).shiftLeft(DIGITS * 5 - 256);
        StringBuilder id = new StringBuilder("mf1-");
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            id.append(ALPHABET.charAt(bits.shiftRight(digit * 5).intValue() & 31));
        }
        return id.toString();
    }
}
