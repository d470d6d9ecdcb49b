package io.meshdiag.simulator.artifact.vm;

/** What iptables-save prints: the rules that Istio 1.25 and newer set on a virtual machine, or tables that somebody flushed. */
final class PacketFilter {
    private static final String CAPTURING = """
            *nat
            :PREROUTING ACCEPT [214:12840]
            :INPUT ACCEPT [310:18600]
            :OUTPUT ACCEPT [1042:66102]
            :POSTROUTING ACCEPT [1042:66102]
            :ISTIO_INBOUND - [0:0]
            :ISTIO_IN_REDIRECT - [0:0]
            :ISTIO_OUTPUT - [0:0]
            :ISTIO_REDIRECT - [0:0]
            -A PREROUTING -p tcp -j ISTIO_INBOUND
            -A OUTPUT -j ISTIO_OUTPUT
            -A ISTIO_INBOUND -p tcp -m tcp --dport 15008 -j RETURN
            -A ISTIO_INBOUND -p tcp -m tcp --dport 22 -j RETURN
            -A ISTIO_INBOUND -p tcp -m tcp --dport 15090 -j RETURN
            -A ISTIO_INBOUND -p tcp -m tcp --dport 15021 -j RETURN
            -A ISTIO_INBOUND -p tcp -m tcp --dport 15020 -j RETURN
            -A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
            -A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
            -A ISTIO_OUTPUT -s 127.0.0.6/32 -o lo -j RETURN
            -A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 998 -j RETURN
            -A ISTIO_OUTPUT -m owner --uid-owner 998 -j RETURN
            -A ISTIO_OUTPUT -m owner --gid-owner 998 -j RETURN
            -A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
            -A ISTIO_OUTPUT -p tcp -j ISTIO_REDIRECT
            -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
            COMMIT
            """;

    private static final String FLUSHED = """
            *nat
            :PREROUTING ACCEPT [2:120]
            :INPUT ACCEPT [2:120]
            :OUTPUT ACCEPT [18:1204]
            :POSTROUTING ACCEPT [18:1204]
            COMMIT
            """;

    private PacketFilter() {}

    static String rules(boolean redirected) {
        return redirected ? CAPTURING : FLUSHED;
    }
}
