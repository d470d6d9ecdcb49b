package io.meshdiag.collector.extract;

import java.util.HashSet;
import java.util.Set;

/**
 * Distinct addresses, as their number and a digest that does not depend on their order: of two sets of one size with different digests, each has an
 * address that the other lacks. Only hashes are kept: a page of the largest meshes has tens of thousands of addresses.
 */
public final class AddressSet {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Set<Long> hashes = new HashSet<>();
    private long digest;

    /** @param address empty = none is known */
    public void add(String address) {
        if (!address.isEmpty()) {
            add(hash(address));
        }
    }

    public void addAll(AddressSet other) {
        other.hashes.forEach(this::add);
    }

    public int size() {
        return hashes.size();
    }

    /** 0 for the empty set. */
    public long digest() {
        return digest;
    }

    private void add(long hash) {
        if (hashes.add(hash)) {
            digest += hash;
        }
    }

    /**
     * What an address, or any other name, adds to a digest: FNV-1a, then mixed (MurmurHash3's finalizer), because sums of plain FNV of neighbouring
     * addresses often agree.
     */
    public static long hash(String address) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < address.length(); i++) {
            hash = (hash ^ address.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
