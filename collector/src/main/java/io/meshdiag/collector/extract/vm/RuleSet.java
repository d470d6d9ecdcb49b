package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The rules of one IP version that can have to do with redirection: those of the hooks and of Istio's chains, by table. Names are kept as iptables
 * writes them; nftables' {@code istio-output} is ISTIO_OUTPUT here.
 */
final class RuleSet {
    static final String OUTPUT = "OUTPUT";
    static final String PREROUTING = "PREROUTING";
    private static final String ISTIO = "ISTIO";
    private static final int MAX_RULES = 20_000;

    private final Map<String, Map<String, List<PacketRule>>> tables = new HashMap<>();
    private int rules;
    private boolean ofIstio;

    /** True for the chains that {@link #chain} wants to know. */
    static boolean wanted(String chain) {
        return chain.equals(OUTPUT) || chain.equals(PREROUTING) || chain.startsWith(ISTIO);
    }

    static String canonical(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    boolean hasTable(String table) {
        return tables.containsKey(table);
    }

    /** There is such a table, whatever is in it. */
    void table(String table) {
        tables.computeIfAbsent(table, t -> new HashMap<>());
    }

    /** There is such a chain, even when it has no rule. */
    void chain(String table, String chain) {
        ofIstio |= chain.startsWith(ISTIO);
        rules(table, chain);
    }

    void append(String table, String chain, PacketRule rule) throws UnreadablePageException {
        insert(table, chain, Integer.MAX_VALUE, rule);
    }

    /** @param position from 1, as {@code -I} counts */
    void insert(String table, String chain, int position, PacketRule rule) throws UnreadablePageException {
        if (++rules > MAX_RULES) {
            throw new UnreadablePageException("more than " + MAX_RULES + " rules in the chains that Istio uses");
        }
        chain(table, chain);
        List<PacketRule> list = rules(table, chain);
        list.add(Math.max(0, Math.min(position - 1, list.size())), rule);
    }

    /** No rule and no chain of Istio in any table. */
    boolean withoutIstio() {
        return !ofIstio;
    }

    /** The rules of a chain in order; none when there is no such chain. */
    List<PacketRule> chainOf(String table, String chain) {
        return tables.getOrDefault(table, Map.of()).getOrDefault(chain, List.of());
    }

    /** True when a rule of Istio's chains leads to this port. */
    boolean leadsTo(String table, int port) {
        return tables.getOrDefault(table, Map.of()).entrySet().stream()
                .filter(chain -> chain.getKey().startsWith(ISTIO))
                .anyMatch(chain -> chain.getValue().stream().anyMatch(rule -> rule.port() == port));
    }

    private List<PacketRule> rules(String table, String chain) {
        return tables.computeIfAbsent(table, t -> new HashMap<>()).computeIfAbsent(chain, c -> new ArrayList<>());
    }
}
