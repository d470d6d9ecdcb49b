package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.fact.Redirection;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules as {@code nft list ruleset} prints them, or as the commands that make them ({@code add rule …}). Looked at are Istio's own tables
 * ({@code inet istio-proxy-nat}) and those that iptables-nft keeps ({@code ip nat}).
 */
public final class NftablesPage {
    private static final String CUT = "nft does not show where rules of iptables lead, iptables-save does";

    private final RuleSet ipv4 = new RuleSet();
    private final RuleSet ipv6 = new RuleSet();
    /** Hooks have names of the user's choice: {@code prerouting}, {@code PREROUTING} … By table and chain. */
    private final Map<String, String> hooks = new HashMap<>();
    /** IP versions of which nft leaves out targets. */
    private final Set<RuleSet> cut = new HashSet<>();

    private String family;
    private String table;
    private String chain;
    private int depth;
    private boolean anything;
    private String stranger;

    private NftablesPage() {}

    /**
     * Digests the rules.
     *
     * @return one per IP version: first 4, then 6
     * @throws UnreadablePageException when it is something else, or was cut off
     */
    public static List<Redirection> parse(InputStream page) throws IOException, UnreadablePageException {
        NftablesPage reading = new NftablesPage();
        Lines lines = new Lines(page);
        for (String line = lines.next(); line != null; line = lines.next()) {
            reading.line(line.strip());
        }
        if (!reading.anything && reading.stranger != null) {
            throw new UnreadablePageException(
                    "no rules of nftables in it; it begins: " + Printable.shorten(reading.stranger, 60));
        }
        if (reading.depth > 0) {
            throw new UnreadablePageException("it ends within a table: the output was cut off");
        }
        return List.of(reading.judge(reading.ipv4, 4), reading.judge(reading.ipv6, 6));
    }

    private Redirection judge(RuleSet set, int ipVersion) {
        Redirection judged = RedirectionJudge.judge(set, ipVersion);
        return cut.contains(set) ? Redirections.doubted(judged, CUT) : judged;
    }

    private void line(String line) throws UnreadablePageException {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        List<String> words = Words.of(line);
        String first = words.get(0);
        if (depth == 0 && (first.equals("add") || first.equals("insert") || first.equals("flush"))) {
            command(words);
            return;
        }
        int opened = count(words, "{") - count(words, "}");
        if (depth == 0 && first.equals("table") && words.size() > 2) {
            anything = true;
            family = words.get(1);
            table = words.get(2);
        } else if (depth == 0) {
            stranger = stranger == null ? first : stranger;
            return;
        } else if (depth == 1 && first.equals("chain") && words.size() > 2 && opened > 0) {
            chain = words.get(1);
            declare(family, table, chain, "");
        } else if (depth == 2 && chain != null && opened == 0) {
            inChain(line, words);
        }
        depth = Math.max(0, depth + opened);
        chain = depth < 2 ? null : chain;
    }

    private static int count(List<String> words, String brace) {
        return (int) words.stream().filter(word -> word.equals(brace)).count();
    }

    private void inChain(String line, List<String> words) throws UnreadablePageException {
        if (words.get(0).equals("type") && words.contains("hook")) {
            declare(family, table, chain, line);
        } else {
            rule(family, table, chain, Integer.MAX_VALUE, words);
        }
    }

    /** {@code add rule <family> <table> <chain> …}. */
    private void command(List<String> words) throws UnreadablePageException {
        anything = true;
        boolean atEnd = words.get(0).equals("add");
        if (words.size() < 5) {
            return;
        }
        switch (words.get(1)) {
            case "chain" -> declare(words.get(2), words.get(3), words.get(4), String.join(" ", words));
            case "rule" ->
                rule(
                        words.get(2),
                        words.get(3),
                        words.get(4),
                        atEnd ? Integer.MAX_VALUE : 1,
                        words.subList(5, words.size()));
            default -> {}
        }
    }

    private void declare(String ofFamily, String ofTable, String name, String definition) {
        if (definition.contains("hook prerouting")) {
            hooks.put(ofTable + " " + name, RuleSet.PREROUTING);
        } else if (definition.contains("hook output")) {
            hooks.put(ofTable + " " + name, RuleSet.OUTPUT);
        }
        if (ours(ofTable) && RuleSet.wanted(known(ofTable, name))) {
            sets(ofFamily).forEach(set -> set.chain(kind(ofTable), known(ofTable, name)));
        }
    }

    private void rule(String ofFamily, String ofTable, String name, int position, List<String> words)
            throws UnreadablePageException {
        String known = known(ofTable, name);
        if (ours(ofTable) && RuleSet.wanted(known)) {
            PacketRule rule = NftablesRule.parse(words);
            for (RuleSet set : sets(NftablesRule.family(words).orElse(ofFamily))) {
                set.insert(kind(ofTable), known, position, rule);
                if (!istios(ofTable) && NftablesRule.endsInCounter(words)) {
                    cut.add(set);
                }
            }
        }
    }

    private String known(String ofTable, String name) {
        return hooks.getOrDefault(ofTable + " " + name, RuleSet.canonical(name));
    }

    private static boolean ours(String table) {
        return istios(table) || List.of("nat", "mangle", "raw").contains(table);
    }

    private static boolean istios(String table) {
        return table.startsWith("istio-");
    }

    /** nat of istio-proxy-nat. */
    private static String kind(String table) {
        return table.substring(table.lastIndexOf('-') + 1);
    }

    private List<RuleSet> sets(String ofFamily) {
        return switch (ofFamily) {
            case "inet" -> List.of(ipv4, ipv6);
            case "ip" -> List.of(ipv4);
            case "ip6" -> List.of(ipv6);
            default -> new ArrayList<>();
        };
    }
}
