package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.vm.PacketRule.Verdict;
import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.RedirectionState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says whether traffic reaches the proxy: a packet at the hook has to find its way through jumps to a rule that redirects it, and no rule may end the way
 * of all packets before. Chains alone prove nothing: Istio creates them all, also where it captures nothing.
 */
final class RedirectionJudge {
    private static final String NAT = "nat";
    private static final String MANGLE = "mangle";
    private static final int DNS_PORT = 15053;

    private static final Path OUTBOUND =
            new Path(NAT, RuleSet.OUTPUT, "ISTIO_OUTPUT", "ISTIO_REDIRECT", Verdict.REDIRECT, 15001);
    private static final Path INBOUND =
            new Path(NAT, RuleSet.PREROUTING, "ISTIO_INBOUND", "ISTIO_IN_REDIRECT", Verdict.REDIRECT, 15006);
    private static final Path TRANSPARENT =
            new Path(MANGLE, RuleSet.PREROUTING, "ISTIO_INBOUND", "ISTIO_TPROXY", Verdict.TPROXY, 15006);

    /** How packets of one direction get to the proxy: hook, Istio's chain, the chain that redirects, and its usual port. */
    private record Path(String table, String hook, String entry, String target, Verdict verdict, int port) {}

    private final RuleSet rules;

    private RedirectionJudge(RuleSet rules) {
        this.rules = rules;
    }

    static Redirection judge(RuleSet rules, int ipVersion) {
        RedirectionJudge judge = new RedirectionJudge(rules);
        Way outbound = judge.way(OUTBOUND);
        Way inbound = judge.way(INBOUND);
        Way transparent = judge.way(TRANSPARENT);
        boolean tproxy = transparent.found
                || (!inbound.found && !rules.chainOf(MANGLE, TRANSPARENT.target).isEmpty());
        Path in = tproxy ? TRANSPARENT : INBOUND;
        Way used = tproxy ? transparent : inbound;
        return Redirection.newBuilder()
                .setIpVersion(ipVersion)
                .setInbound(judge.state(used))
                .setInboundReason(used.found ? "" : judge.missing(in))
                .setOutbound(judge.state(outbound))
                .setOutboundReason(outbound.found ? "" : judge.missing(OUTBOUND))
                .setTproxy(tproxy)
                .setPartial((used.found && used.partial) || (outbound.found && outbound.partial))
                .setDns(rules.leadsTo(NAT, DNS_PORT))
                .build();
    }

    private RedirectionState state(Way way) {
        if (way.found) {
            return RedirectionState.PRESENT;
        }
        return rules.withoutIstio() ? RedirectionState.ABSENT : RedirectionState.INCOMPLETE;
    }

    /** What a search found. A way for all packets is better than one for some. */
    private static final class Way {
        private boolean found;
        private boolean partial = true;
    }

    private Way way(Path path) {
        Way way = new Way();
        walk(path, path.hook, false, new HashSet<>(), way);
        return way;
    }

    private void walk(Path path, String chain, boolean partial, Set<String> above, Way way) {
        if (!above.add(chain)) {
            return;
        }
        for (PacketRule rule : rules.chainOf(path.table, chain)) {
            // Owners, loopback and excluded ports are conditions of every installation; what counts as partial is
            // capture of only some destinations.
            boolean some = partial || !rule.everything();
            if (rule.verdict() == path.verdict && (rule.port() == path.port || chain.equals(path.target))) {
                boolean only = chain.equals(path.target) ? partial : some;
                way.found = true;
                way.partial &= only;
            } else if (rule.verdict() == Verdict.JUMP) {
                walk(path, rule.chain(), some, above, way);
            }
            if (rule.endsAll()) {
                break;
            }
        }
        above.remove(chain);
    }

    /** Which of the three proofs fails, in words. */
    private String missing(Path path) {
        if (rules.withoutIstio()) {
            return "no chain of Istio in the packet filter";
        }
        List<String> reasons = new ArrayList<>();
        jump(path, path.hook, path.entry, reasons);
        jump(path, path.entry, path.target, reasons);
        if (rules.chainOf(path.table, path.target).stream().noneMatch(rule -> rule.verdict() == path.verdict)) {
            reasons.add(path.target + " does not redirect to the proxy");
        }
        return String.join("; ", reasons);
    }

    private void jump(Path path, String from, String to, List<String> reasons) {
        boolean ended = false;
        boolean late = false;
        for (PacketRule rule : rules.chainOf(path.table, from)) {
            if (rule.verdict() == Verdict.JUMP && rule.chain().equals(to)) {
                if (!ended) {
                    return;
                }
                late = true;
            }
            ended |= rule.endsAll();
        }
        reasons.add(late ? from + " ends all traffic before it jumps to " + to : from + " does not jump to " + to);
    }
}
