package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.fact.Redirection;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules as {@code iptables-save}, {@code ip6tables-save} and {@code iptables-nft-save} print them, in the form that iptables-restore reads
 * ({@code -N}, {@code -I}), or as the commands that make them ({@code iptables -t nat -A …}).
 */
public final class IptablesPage {
    /** {@code # Warning: iptables-legacy tables present, use iptables-legacy-save to see them}: on stderr, which people save with the rules. */
    private static final String LEGACY_WARNING = "legacy tables present";

    private static final String UNSEEN = "there may be rules that only iptables-legacy-save shows";

    private final List<RuleSet> sets = new ArrayList<>(List.of(new RuleSet()));
    private String table;
    private boolean committed = true;
    private boolean legacyHidden;
    private boolean anything;
    private String stranger;

    private IptablesPage() {}

    /** Stands for a command that this user may not run: rules may be there, for all that is known. */
    public static List<Redirection> unseen(int ipVersion) {
        return List.of(Redirection.newBuilder()
                .setIpVersion(ipVersion)
                .setInboundReason(UNSEEN)
                .setOutboundReason(UNSEEN)
                .build());
    }

    /**
     * Digests the rules.
     *
     * @param ipVersion 4 or 6, of the command; where the page holds the tables of both, as copies from istio-iptables do, those of IPv6 follow
     * @return one per IP version
     * @throws UnreadablePageException when it is something else, or was cut off
     */
    public static List<Redirection> parse(InputStream page, int ipVersion) throws IOException, UnreadablePageException {
        IptablesPage reading = new IptablesPage();
        Lines lines = new Lines(page);
        for (String line = lines.next(); line != null; line = lines.next()) {
            reading.line(line.strip());
        }
        reading.check();
        List<Redirection> judged = new ArrayList<>();
        for (RuleSet set : reading.sets) {
            judged.add(RedirectionJudge.judge(set, judged.isEmpty() ? ipVersion : 6));
        }
        return reading.legacyHidden
                ? judged.stream().map(one -> Redirections.doubted(one, UNSEEN)).toList()
                : judged;
    }

    private void line(String line) throws UnreadablePageException {
        if (line.isEmpty() || line.startsWith("#")) {
            legacyHidden |= line.contains(LEGACY_WARNING);
        } else if (line.startsWith("*")) {
            beginTable(line.substring(1).strip());
        } else if (line.equals("COMMIT")) {
            committed = true;
        } else if (line.startsWith(":")) {
            chain(line.substring(1).split("\\s", 2)[0]);
        } else {
            words(Words.of(line));
        }
    }

    private void beginTable(String name) {
        committed = false;
        anything = true;
        table = name;
        // A table that comes again is that of the other IP version.
        if (sets.get(sets.size() - 1).hasTable(name) && sets.size() < 2) {
            sets.add(new RuleSet());
        }
        set().table(name);
    }

    private RuleSet set() {
        return sets.get(sets.size() - 1);
    }

    private void chain(String name) {
        if (table != null && RuleSet.wanted(name)) {
            set().chain(table, name);
        }
    }

    private void words(List<String> words) throws UnreadablePageException {
        int at = words.get(0).startsWith("[") ? 1 : 0;
        String program = words.get(at);
        if (program.startsWith("iptables") || program.startsWith("ip6tables")) {
            at++;
            if (words.size() <= at) {
                // The name of a command alone: Istio's own files list what was run.
                return;
            }
            if (program.startsWith("ip6") && sets.size() < 2) {
                sets.add(new RuleSet());
            }
            table = "filter";
        }
        if (at + 1 < words.size() && words.get(at).equals("-t")) {
            table = words.get(at + 1);
            at += 2;
        }
        if (table == null || at + 1 >= words.size()) {
            stranger = stranger == null ? words.get(0) : stranger;
            return;
        }
        String command = words.get(at);
        String chain = words.get(at + 1);
        switch (command) {
            case "-N" -> {
                anything = true;
                chain(chain);
            }
            case "-A" -> rule(chain, Integer.MAX_VALUE, words.subList(at + 2, words.size()));
            case "-I" -> {
                boolean numbered = at + 2 < words.size() && words.get(at + 2).matches("\\d{1,6}");
                rule(
                        chain,
                        numbered ? Integer.parseInt(words.get(at + 2)) : 1,
                        words.subList(at + (numbered ? 3 : 2), words.size()));
            }
            default -> stranger = stranger == null ? words.get(0) : stranger;
        }
    }

    private void rule(String chain, int position, List<String> specification) throws UnreadablePageException {
        anything = true;
        if (RuleSet.wanted(chain)) {
            set().insert(table, chain, position, IptablesRule.parse(specification));
        }
    }

    private void check() throws UnreadablePageException {
        if (!anything && stranger != null) {
            throw new UnreadablePageException(
                    "no rules of iptables in it; it begins: " + Printable.shorten(stranger, 60));
        }
        if (!committed) {
            throw new UnreadablePageException(
                    "it ends before the COMMIT of table " + Printable.shorten(table, 40) + ": the output was cut off");
        }
    }
}
