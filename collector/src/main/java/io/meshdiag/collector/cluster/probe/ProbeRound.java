package io.meshdiag.collector.cluster.probe;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Probes peers one after the other, with pauses → Connectivity. Connects to nothing that is not an aim. */
public final class ProbeRound implements Rounds.Task, AutoCloseable {
    private static final String SOURCE = "probes/connectivity";

    private final Surroundings around;
    private final ProbeSettings settings;
    private final Supplier<Set<ProbeAim>> aims;
    private final NameLookup names;
    private final Ladder ladder;
    private final Map<ProbeAim, List<ProbeRung>> told = new HashMap<>();
    private boolean first = true;

    /** @param aims asked at the beginning of every round */
    public ProbeRound(Surroundings around, ProbeSettings settings, Supplier<Set<ProbeAim>> aims) {
        this(around, settings, aims, InetAddress::getAllByName, System::nanoTime);
    }

    ProbeRound(
            Surroundings around,
            ProbeSettings settings,
            Supplier<Set<ProbeAim>> aims,
            NameLookup.Resolver resolver,
            LongSupplier nanos) {
        this.around = around;
        this.settings = settings;
        this.aims = aims;
        this.names = new NameLookup(resolver);
        this.ladder = new Ladder(names, settings.timeout(), nanos);
    }

    @Override
    public void run() throws InterruptedException {
        if (!settings.enabled()) {
            around.board().disabled(SOURCE, "connectivity probes are off; they connect to other clusters");
            around.book().gone(ProbeRound::ours);
            return;
        }
        Set<ProbeAim> all = new TreeSet<>(aims.get());
        List<ProbeAim> chosen = all.stream().limit(settings.maxAims()).toList();
        told.keySet().retainAll(chosen);
        Book.Look look = around.book().look(ProbeRound::ours);
        for (int i = 0; i < chosen.size(); i++) {
            if (i > 0) {
                pause();
            }
            look.accept(probe(chosen.get(i)));
        }
        if (!first) {
            // At first the facts that name the aims may still be on their way: what is missing then, is not gone.
            look.complete();
        }
        first = false;
        around.board().expect(SOURCE, List.of(""));
        if (chosen.size() < all.size()) {
            around.board()
                    .failed(
                            SOURCE,
                            "",
                            SourceState.PARTIAL,
                            chosen.size() + " of " + all.size() + " addresses probed, the most that one round may");
        } else {
            around.board().read(SOURCE, "", around.origin().clock().instant());
        }
    }

    private static boolean ours(FactKey key) {
        return key.kind() == FactKind.CONNECTIVITY && !NameRound.ours(key);
    }

    private Connectivity probe(ProbeAim aim) throws InterruptedException {
        List<ProbeRung> rungs = steady(told.get(aim), ladder.climb(aim));
        told.put(aim, rungs);
        Origin seen = around.origin().now("collector", "probe:ladder");
        return Digests.stamp(Connectivity.newBuilder()
                .setHeader(seen.header())
                .setPeerClusterId(aim.peerClusterId())
                .setTarget(aim.target())
                .setHost(aim.host())
                .setPort(aim.port())
                .setRungs(rungs)
                .build());
    }

    /** Durations differ every time: one is told anew when it is another order, so that an unchanged way is an unchanged level. */
    private static List<ProbeRung> steady(List<ProbeRung> before, List<ProbeRung> now) {
        if (before == null || before.size() != now.size()) {
            return now;
        }
        List<ProbeRung> steady = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            ProbeRung old = before.get(i);
            ProbeRung rung = now.get(i);
            boolean like = old.getRung().equals(rung.getRung())
                    && old.getOk() == rung.getOk()
                    && Math.max(old.getMillis(), rung.getMillis())
                            <= 2 * Math.min(old.getMillis(), rung.getMillis()) + 50;
            steady.add(like ? new ProbeRung(rung.getRung(), rung.getOk(), rung.getDetail(), old.getMillis()) : rung);
        }
        return steady;
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long)
                (settings.pause().toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
    }

    @Override
    public void close() {
        names.close();
    }
}
