package io.meshdiag.collector.vm;

/** What to do where the collector may not read: said in the coverage, after the reason. */
final class Rights {
    static final String OF_PACKET_FILTER =
            "the packet filter cannot be seen without CAP_NET_ADMIN: give the collector that capability (AmbientCapabilities=), or run it as root";

    static final String OF_LEGACY_RULES =
            "the kernel shows rules of iptables-legacy to root alone, or with CAP_NET_ADMIN, CAP_NET_RAW and CAP_DAC_READ_SEARCH (AmbientCapabilities=)";

    private Rights() {}
}
