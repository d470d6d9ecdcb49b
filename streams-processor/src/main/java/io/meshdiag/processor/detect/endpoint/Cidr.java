package io.meshdiag.processor.detect.endpoint;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of addresses.
 *
 * @param bits length of its addresses: 32 or 128
 */
record Cidr(String text, int bits, BigInteger first, BigInteger last) {
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /** Empty when the text is no block, such as 10.1.0.0/16. */
    static Optional<Cidr> of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        return address(text.substring(0, slash)).flatMap(bytes -> of(text, bytes, text.substring(slash + 1)));
    }

    private static Optional<Cidr> of(String text, byte[] address, String prefix) {
        int bits = address.length * 8;
        if (!prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > bits) {
            return Optional.empty();
        }
        int free = bits - Integer.parseInt(prefix);
        BigInteger first = new BigInteger(1, address).shiftRight(free).shiftLeft(free);
        BigInteger last = first.add(BigInteger.ONE.shiftLeft(free)).subtract(BigInteger.ONE);
        return Optional.of(new Cidr(text, bits, first, last));
    }

    /** Only literals: a name would be looked up. */
    private static Optional<byte[]> address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    boolean overlaps(Cidr other) {
        return bits == other.bits && first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }
}
