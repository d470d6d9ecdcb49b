package io.meshdiag.collector.cluster.probe;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks up the host names of the cluster's own east-west gateways, again and again → Connectivity. Connects to nothing. What a name has now is compared
 * elsewhere with what other clusters' istiods made of it when they looked it up; a name that is answered differently each time proves nothing, so the
 * time since when the answer is the same goes with it.
 */
public final class NameRound implements Rounds.Task, AutoCloseable {
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final String SOURCE = "probes/names";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_NAMES = 20;
    private static final int MAX_ADDRESSES = 20;
    private static final int MAX_DETAIL = 500;

    private final Surroundings around;
    private final Supplier<Set<ProbeAim>> names;
    private final NameLookup lookup;
    private final Map<ProbeAim, Answer> answers = new HashMap<>();
    private boolean first = true;

    private record Answer(List<String> addresses, Instant since) {}

    /** @param names asked at the beginning of every round */
    public NameRound(Surroundings around, Supplier<Set<ProbeAim>> names) {
        this(around, names, InetAddress::getAllByName);
    }

    NameRound(Surroundings around, Supplier<Set<ProbeAim>> names, NameLookup.Resolver resolver) {
        this.around = around;
        this.names = names;
        this.lookup = new NameLookup(resolver);
    }

    /** True for what this round tells. */
    static boolean ours(FactKey key) {
        return key.kind() == FactKind.CONNECTIVITY && key.subject().get(1).equals(ProbeTarget.GATEWAY_NAME.name());
    }

    @Override
    public void run() throws InterruptedException {
        Set<ProbeAim> known = names.get().stream().limit(MAX_NAMES).collect(Collectors.toSet());
        answers.keySet().retainAll(known);
        Book.Look look = around.book().look(NameRound::ours);
        for (ProbeAim name : known) {
            look.accept(lookUp(name));
        }
        if (!first) {
            // At first the facts that name the gateways may still be on their way.
            look.complete();
        }
        first = false;
        around.board().expect(SOURCE, List.of(""));
        around.board().read(SOURCE, "", around.origin().clock().instant());
    }

    private Connectivity lookUp(ProbeAim name) throws InterruptedException {
        Connectivity.Builder fact = Connectivity.newBuilder()
                .setHeader(around.origin().now("collector", "probe:names").header())
                .setPeerClusterId(name.peerClusterId())
                .setTarget(name.target())
                .setHost(name.host())
                .setPort(name.port());
        try {
            List<String> addresses = lookup.all(name.host(), TIMEOUT).stream()
                    .map(InetAddress::getHostAddress)
                    .limit(MAX_ADDRESSES)
                    .toList();
            Answer before = answers.get(name);
            Answer now = before != null && before.addresses().equals(addresses)
                    ? before
                    : new Answer(addresses, around.origin().clock().instant());
            answers.put(name, now);
            fact.setRungs(List.of(new ProbeRung("DNS", true, "", 0L)))
                    .setAddresses(now.addresses())
                    .setSteadySince(now.since());
        } catch (RungException e) {
            answers.remove(name);
            fact.setRungs(List.of(new ProbeRung("DNS", false, Redactor.clean(e.detail(), MAX_DETAIL), 0L)));
        }
        return Digests.stamp(fact.build());
    }

    @Override
    public void close() {
        lookup.close();
    }
}
