package io.meshdiag.processor.detect.network;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where an IP address can be reached from. Private and public answers for one name are both right, each for its own askers. */
enum AddressKind {
    PRIVATE,
    PUBLIC;

    /** True for an IP address as text, false for a name. */
    static boolean isAddress(String text) {
        return text.indexOf(':') >= 0 || text.matches("\\d{1,3}(?:\\.\\d{1,3}){3}");
    }

    /** Kinds that occur among these addresses. */
    static Set<AddressKind> of(Collection<String> addresses) {
        Set<AddressKind> kinds = EnumSet.noneOf(AddressKind.class);
        addresses.forEach(address -> kinds.add(of(address)));
        return kinds;
    }

    /** RFC 1918 and 6598, link-local, and unique local addresses of IPv6 are private. */
    private static AddressKind of(String address) {
        boolean inside = address.matches("10\\..*|192\\.168\\..*|172\\.(1[6-9]|2\\d|3[01])\\..*|169\\.254\\..*")
                || address.matches("100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\..*")
                || address.toLowerCase(Locale.ROOT).matches("(f[cd]|fe80).*:.*");
        return inside ? PRIVATE : PUBLIC;
    }
}
