package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.ProxyConfig;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;

/** Looks at one stale proxy whose dumps are generated while they are read, 200 MB each, and prints what it found. */
final class LargeDumpMain {
    private static final int CLUSTERS = 50_000;
    private static final String FILLER = "x".repeat(4_000);

    private LargeDumpMain() {}

    public static void main(String[] args) throws Exception {
        FakeCluster cluster = new FakeCluster();
        cluster.proxy("shop", "web-1")
                .istiod("istiod-1")
                .sees("shop", "web-1", TestClock.START.minus(Duration.ofMinutes(5)), false)
                .serve(
                        "istio-system/istiod-1",
                        "/debug/connections",
                        "{\"clients\":[{\"connectionId\":\"web-1.shop-1\"}]}")
                .serve("shop/web-1", "/server_info", "{\"state\":\"LIVE\"}")
                .answer(
                        "shop/web-1",
                        "/config_dump?include_eds",
                        () -> dump(i -> Dumps.envoyCluster("c" + i, timeout(i))))
                .answer(
                        "istio-system/istiod-1",
                        "/debug/config_dump?proxyID=web-1.shop-1&include_eds",
                        () -> dump(i -> Dumps.istiodCluster("c" + i, "10s")));
        EnvoySettings d = EnvoySettings.DEFAULT;
        EnvoySettings settings = new EnvoySettings(
                d.interval(),
                10,
                1L << 30,
                1L << 30,
                d.again(),
                d.newFor(),
                d.firstRetry(),
                d.maxRetry(),
                d.staleAfter());
        DumpBudget budget = new DumpBudget(10, 1L << 30, cluster.clock);

        new EnvoyRound(cluster.surroundings(), settings, cluster, budget).run();
        new DriftRound(cluster.surroundings(), settings, cluster, budget).run();

        cluster.told(ProxyConfig.class).forEach(p -> System.out.println(p.getActiveClusters() + " clusters"));
        cluster.told(ConfigDrift.class).forEach(p -> System.out.println(p.getResourcesCount() + " drifted"));
        System.out.println(cluster.board.coverage());
    }

    private static String timeout(int cluster) {
        return cluster % 1_000 == 0 ? "5s" : "10s";
    }

    private static InputStream dump(IntFunction<String> cluster) {
        return new InputStream() {
            private byte[] part = new byte[0];
            private int at;
            private int next = -1;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (at == part.length) {
                    if (next > CLUSTERS) {
                        return -1;
                    }
                    part = part(next++, cluster).getBytes(StandardCharsets.UTF_8);
                    at = 0;
                }
                int copied = Math.min(length, part.length - at);
                System.arraycopy(part, at, into, offset, copied);
                at += copied;
                return copied;
            }
        };
    }

    private static String part(int i, IntFunction<String> cluster) {
        if (i < 0) {
            return "{\"configs\":[{\"@type\":\"x.ClustersConfigDump\",\"dynamic_active_clusters\":[";
        }
        return i == CLUSTERS
                ? "]}]}"
                : (i == 0 ? "" : ",") + cluster.apply(i).replace("\"type\":", "\"x\":\"" + FILLER + "\",\"type\":");
    }
}
