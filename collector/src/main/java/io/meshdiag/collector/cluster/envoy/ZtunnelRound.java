package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.ztunnel.ZtunnelDumpPage;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the dumps of a few ztunnels → TrustBundle. All ztunnels of a cluster get their roots from the same place: the first few by name stand for all, so
 * that the same are seen each time.
 */
public final class ZtunnelRound implements Rounds.Task {
    public static final Duration INTERVAL = Duration.ofMinutes(10);

    static final int SAMPLE = 3;

    private static final String SOURCE = "ztunnels/config_dump";

    private final Surroundings around;
    private final EnvoyAdmin admin;
    private final DumpBudget budget;
    private final PageReader reader;

    /** @param budget shared with everything else that reads dumps */
    public ZtunnelRound(Surroundings around, EnvoySettings settings, DumpBudget budget) {
        this.around = around;
        this.admin = new EnvoyAdmin(around.access());
        this.budget = budget;
        this.reader = new PageReader(budget, settings.maxDumpBytes());
    }

    @Override
    public void run() throws InterruptedException {
        List<Pod> chosen = budget.nothing()
                ? List.of()
                : around.pods().ztunnels().stream().limit(SAMPLE).toList();
        if (around.pods().complete()) {
            Set<String> names = chosen.stream().map(ZtunnelRound::name).collect(Collectors.toSet());
            around.book()
                    .gone(key -> ours(key)
                            && !names.contains(
                                    key.subject().get(1) + "/" + key.subject().get(2)));
        }
        if (chosen.isEmpty()) {
            // Without ambient mode there is nothing to be blind to.
            return;
        }
        around.board().expect(SOURCE, chosen.stream().map(ZtunnelRound::name).toList());
        for (Pod pod : chosen) {
            read(pod);
        }
    }

    private void read(Pod pod) throws InterruptedException {
        Book.Look look = around.book()
                .look(key -> ours(key)
                        && key.subject().get(1).equals(pod.namespace())
                        && key.subject().get(2).equals(pod.name()));
        var page = new ZtunnelDumpPage(pod.namespace(), pod.name());
        var origin = around.origin().now("ztunnel/" + name(pod), "ztunnel:/config_dump");
        PageReader.Result result =
                reader.read(() -> admin.get(pod, "/config_dump"), in -> page.parse(in, origin, look));
        if (result.whole()) {
            look.complete();
            around.board().read(SOURCE, name(pod), around.origin().clock().instant());
        } else {
            around.board().failed(SOURCE, name(pod), result.state(), result.detail());
        }
    }

    private static boolean ours(FactKey key) {
        return key.kind() == FactKind.TRUST_BUNDLE && key.subject().get(0).equals(TrustHolder.ZTUNNEL.name());
    }

    private static String name(Pod pod) {
        return pod.namespace() + "/" + pod.name();
    }
}
