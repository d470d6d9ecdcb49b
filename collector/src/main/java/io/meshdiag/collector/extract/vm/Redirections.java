package io.meshdiag.collector.extract.vm;

import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.RedirectionState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What several commands say of redirection, in one. Each sees its own kind of rules, so the one that sees most is right. */
record Redirections(List<Redirection> byVersion) {
    private static final int IPV4 = 4;
    private static final int IPV6 = 6;

    static Redirections merged(Collection<Redirection> all) {
        Map<Integer, Redirection> best = new TreeMap<>();
        for (Redirection one : all) {
            best.merge(one.getIpVersion(), one, Redirections::merge);
        }
        return new Redirections(List.copyOf(best.values()));
    }

    /** Of the version that the addresses are of: IPv4 where there is one, or where none is known. Empty when nothing was read of it. */
    Optional<Redirection> of(Collection<String> addresses) {
        boolean only6 = !addresses.isEmpty() && addresses.stream().allMatch(address -> address.indexOf(':') >= 0);
        return byVersion.stream()
                .filter(one -> one.getIpVersion() == (only6 ? IPV6 : IPV4))
                .findFirst();
    }

    private static Redirection merge(Redirection a, Redirection b) {
        boolean inbound = rank(a.getInbound()) >= rank(b.getInbound());
        boolean outbound = rank(a.getOutbound()) >= rank(b.getOutbound());
        Redirection in = inbound ? a : b;
        Redirection out = outbound ? a : b;
        return Redirection.newBuilder()
                .setIpVersion(a.getIpVersion())
                .setInbound(in.getInbound())
                .setInboundReason(in.getInboundReason())
                .setOutbound(out.getOutbound())
                .setOutboundReason(out.getOutboundReason())
                .setTproxy(in.getTproxy())
                .setPartial(in.getPartial() || out.getPartial())
                .setDns(a.getDns() || b.getDns())
                .build();
    }

    /** What is missing may be where the command did not look, or in what it did not print. */
    static Redirection doubted(Redirection seen, String why) {
        Redirection.Builder doubted = Redirection.newBuilder(seen);
        if (seen.getInbound() != RedirectionState.PRESENT) {
            doubted.setInbound(RedirectionState.UNKNOWN).setInboundReason(why);
        }
        if (seen.getOutbound() != RedirectionState.PRESENT) {
            doubted.setOutbound(RedirectionState.UNKNOWN).setOutboundReason(why);
        }
        return doubted.build();
    }

    /** UNKNOWN outranks ABSENT: rules that one command cannot see are not denied by another that sees none either. */
    private static int rank(RedirectionState state) {
        return switch (state) {
            case PRESENT -> 3;
            case INCOMPLETE -> 2;
            case UNKNOWN -> 1;
            case ABSENT -> 0;
        };
    }
}
