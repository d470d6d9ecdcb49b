package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.vm.PacketRule.Verdict;
import java.util.List;
import java.util.Set;

/** The part of an iptables rule behind its chain: matches, then {@code -j} and the target with its options. */
final class IptablesRule {
    /** Matches that every TCP packet satisfies. */
    private static final Set<String> HARMLESS = Set.of("tcp", "comment");

    private IptablesRule() {}

    static PacketRule parse(List<String> words) {
        boolean everything = true;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            switch (word) {
                case "-j", "-g", "--jump", "--goto" -> {
                    return target(next, words.subList(Math.min(i + 2, words.size()), words.size()), everything);
                }
                case "-p", "--protocol" -> {
                    everything &= next.equals("tcp") || next.equals("all");
                    i++;
                }
                case "-m", "--match" -> {
                    everything &= HARMLESS.contains(next);
                    i++;
                }
                case "--comment" -> i++;
                case "-c" -> i += 2;
                default -> everything = false;
            }
        }
        return PacketRule.of(Verdict.NONE, 0, everything);
    }

    private static PacketRule target(String name, List<String> options, boolean everything) {
        return switch (name) {
            case "RETURN", "ACCEPT", "DROP", "REJECT" -> PacketRule.of(Verdict.END, 0, everything);
            case "REDIRECT" -> PacketRule.of(Verdict.REDIRECT, port(options), everything);
            case "TPROXY" -> PacketRule.of(Verdict.TPROXY, port(options), everything);
            default ->
                RuleSet.wanted(name) ? PacketRule.jump(name, everything) : PacketRule.of(Verdict.NONE, 0, everything);
        };
    }

    private static int port(List<String> options) {
        for (int i = 0; i + 1 < options.size(); i++) {
            if (Set.of("--to-ports", "--to-port", "--on-port").contains(options.get(i))
                    && options.get(i + 1).matches("\\d{1,5}")) {
                return Integer.parseInt(options.get(i + 1));
            }
        }
        return 0;
    }
}
