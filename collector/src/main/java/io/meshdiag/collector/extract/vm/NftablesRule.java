package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.vm.PacketRule.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One rule of nftables: matches and statements, the verdict last. */
final class NftablesRule {
    /** Words of {@code counter packets 0 bytes 0}. */
    private static final int COUNTER = 5;

    private NftablesRule() {}

    static PacketRule parse(List<String> words) {
        boolean everything = true;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = at(words, i + 1);
            switch (word) {
                case "jump", "goto" -> {
                    return PacketRule.jump(RuleSet.canonical(next), everything);
                }
                case "return", "accept", "drop", "reject" -> {
                    return PacketRule.of(Verdict.END, 0, everything);
                }
                case "redirect" -> {
                    return PacketRule.of(Verdict.REDIRECT, port(words, i), everything);
                }
                case "tproxy" -> {
                    return PacketRule.of(Verdict.TPROXY, port(words, i), everything);
                }
                // What nft before 1.0.8 prints of iptables-nft's targets.
                case "xt" -> {
                    return at(words, i + 2).equals("REDIRECT")
                            ? PacketRule.of(Verdict.REDIRECT, 0, everything)
                            : PacketRule.of(
                                    at(words, i + 2).equals("TPROXY") ? Verdict.TPROXY : Verdict.NONE, 0, everything);
                }
                case "meta", "ip" -> {
                    boolean tcp = (next.equals("l4proto") || next.equals("protocol"))
                            && at(words, i + 2).equals("tcp");
                    everything &= tcp;
                    i += tcp ? 2 : 0;
                }
                case "counter" -> i += next.equals("packets") ? COUNTER - 1 : 0;
                case "comment" -> i++;
                default -> everything = false;
            }
        }
        return PacketRule.of(Verdict.NONE, 0, everything);
    }

    /** The family that a rule of {@code inet} is for by what it asks: {@code ip daddr}, {@code ip6 saddr}; empty when it is for both. */
    static Optional<String> family(List<String> words) {
        return Stream.of("ip", "ip6").filter(words::contains).findFirst();
    }

    /**
     * True of {@code … counter packets 0 bytes 0} with nothing behind it. nft 1.0.6 prints rules so that ip6tables-nft made, when there are some of
     * iptables-nft too: "XT target REDIRECT not found", it says, and leaves the target out.
     */
    static boolean endsInCounter(List<String> words) {
        return words.size() >= COUNTER && words.get(words.size() - COUNTER).equals("counter");
    }

    private static String at(List<String> words, int index) {
        return index < words.size() ? words.get(index) : "";
    }

    /** {@code redirect to :15001}. */
    private static int port(List<String> words, int verdict) {
        String last = at(words, verdict + 1).equals("to")
                ? at(words, verdict + 2)
                : at(words, verdict + 3).isEmpty() ? "" : at(words, verdict + 3);
        String port = last.substring(last.lastIndexOf(':') + 1);
        return port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
    }
}
