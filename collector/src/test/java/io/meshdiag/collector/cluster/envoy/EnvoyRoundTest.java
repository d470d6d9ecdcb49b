package io.meshdiag.collector.cluster.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TrustBundle;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EnvoyRoundTest {
    private static final String DUMP = "/config_dump?include_eds";
    private static final String INFO = "{\"state\":\"LIVE\",\"version\":\"sha/1.36.2/Clean/RELEASE/BoringSSL\"}";

    private final FakeCluster cluster = new FakeCluster();

    private EnvoyRound round(int proxies, long bytes, long maxDump) {
        EnvoySettings d = EnvoySettings.DEFAULT;
        EnvoySettings settings = new EnvoySettings(
                d.interval(),
                proxies,
                bytes,
                maxDump,
                d.again(),
                d.newFor(),
                d.firstRetry(),
                d.maxRetry(),
                d.staleAfter());
        return new EnvoyRound(cluster.surroundings(), settings, cluster, new DumpBudget(proxies, bytes, cluster.clock));
    }

    private EnvoyRound round() {
        return round(10, 1 << 20, 1 << 20);
    }

    /** A proxy that answers. */
    private FakeCluster serving(String namespace, String name) {
        return cluster.proxy(namespace, name)
                .serve(
                        namespace + "/" + name,
                        DUMP,
                        Dumps.envoy(
                                name + "." + namespace,
                                Dumps.envoyCluster("outbound|80||api.shop.svc.cluster.local", "10s"),
                                ""))
                .serve(namespace + "/" + name, "/server_info", INFO);
    }

    @Test
    void tellsWhatAProxyIsConfiguredToBe() throws Exception {
        serving("shop", "web-1");

        round().run();

        assertThat(cluster.told(ProxyConfig.class)).singleElement().satisfies(proxy -> {
            assertThat(proxy.getNamespace()).isEqualTo("shop");
            assertThat(proxy.getName()).isEqualTo("web-1");
            assertThat(proxy.getActiveClusters()).isEqualTo(1);
            assertThat(proxy.getServerState()).isEqualTo("LIVE");
            assertThat(proxy.getEnvoyVersion()).isEqualTo("1.36.2");
            assertThat(proxy.getTruncated()).isFalse();
            assertThat(proxy.getHeader().getObserver()).isEqualTo("proxy/shop/web-1");
            assertThat(proxy.getHeader().getSource()).isEqualTo("envoy:/config_dump");
            assertThat(proxy.getHeader().getObservedAt()).isEqualTo(TestClock.START);
        });
    }

    @Test
    void dumpsNoMoreThanTheBudgetAllowsAndGoesOnWhenItIsRefilled() throws Exception {
        for (int i = 1; i <= 5; i++) {
            serving("shop", "web-" + i);
        }
        EnvoyRound round = round(2, 1 << 20, 1 << 20);

        round.run();
        assertThat(cluster.dumped()).containsExactly("web-1", "web-2");
        cluster.clock.pass(Duration.ofMinutes(1));
        round.run();
        assertThat(cluster.dumped()).containsExactly("web-1", "web-2", "web-3", "web-4");
    }

    @Test
    void finishesALargeDumpAndPaysForItAfterwards() throws Exception {
        serving("shop", "web-1");
        serving("shop", "web-2");
        EnvoyRound round = round(10, 100, 1 << 20);

        round.run();
        assertThat(cluster.told(ProxyConfig.class)).singleElement().satisfies(p -> assertThat(p.getTruncated())
                .isFalse());
        cluster.clock.pass(Duration.ofMinutes(1));
        round.run();
        assertThat(cluster.dumped()).as("more than 1,000 bytes of debt").hasSize(1);
        cluster.clock.pass(Duration.ofMinutes(15));
        round.run();
        assertThat(cluster.dumped()).hasSize(2);
    }

    @Test
    void asksThoseWithTroubleFirst() throws Exception {
        serving("shop", "a-quiet");
        serving("shop", "b-starting");
        cluster.pod("shop", "b-starting", "web", TestClock.START.minusSeconds(30), true, 0);
        serving("shop", "c-gateway");
        cluster.pod("shop", "c-gateway", "istio-ingressgateway", TestClock.START.minusSeconds(9_000), true, 0);
        serving("shop", "d-stale").sees("shop", "d-stale", TestClock.START.minusSeconds(90), false);
        serving("shop", "e-in-flight").sees("shop", "e-in-flight", TestClock.START.minusSeconds(2), false);
        serving("shop", "f-rejecting").sees("shop", "f-rejecting", null, true);
        serving("shop", "g-not-ready");
        cluster.pod("shop", "g-not-ready", "web", TestClock.START.minusSeconds(9_000), false, 0);

        round().run();

        assertThat(cluster.dumped())
                .as("the fourth turn is the rotation's")
                .containsExactly(
                        "f-rejecting", "d-stale", "b-starting", "a-quiet", "g-not-ready", "c-gateway", "e-in-flight");
    }

    @Test
    void aRestartedProxyIsDumpedAgain() throws Exception {
        serving("shop", "web-1");
        EnvoyRound round = round();
        round.run();
        cluster.clock.pass(Duration.ofSeconds(10));
        cluster.pod("shop", "web-1", "web", TestClock.START.minus(Duration.ofHours(5)), true, 1);

        round.run();

        assertThat(cluster.dumped()).containsExactly("web-1", "web-1");
    }

    @Test
    void aSampleIsNoFailure() throws Exception {
        for (int i = 1; i <= 5; i++) {
            serving("shop", "web-" + i);
        }
        EnvoyRound round = round(2, 1 << 20, 1 << 20);
        round.run();
        cluster.clock.pass(Duration.ofMinutes(1));
        round.run();

        assertThat(cluster.coverage("proxies/config_dump")).satisfies(c -> {
            assertThat(c.getState()).isEqualTo(SourceState.OK);
            assertThat(c.getRead()).isEqualTo(4);
            assertThat(c.getExpected()).isEqualTo(5);
            assertThat(c.getDetail()).isEqualTo("4 of 5 proxies read at least once, the oldest 1 min ago");
            assertThat(c.getFreshAt()).isEqualTo(TestClock.START.plusSeconds(60));
        });
        assertThat(cluster.coverage("proxies/server_info").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void aProxyThatFailsIsNamedAndIsTriedAgainLater() throws Exception {
        serving("shop", "web-1");
        cluster.proxy("shop", "web-2")
                .refuse("shop/web-2", DUMP, SourceState.UNREACHABLE, "connection refused: is the proxy up?");
        EnvoyRound round = round();
        round.run();
        round.run();

        assertThat(cluster.dumped()).containsExactly("web-1", "web-2");
        assertThat(cluster.coverage("proxies/config_dump")).satisfies(c -> {
            assertThat(c.getState()).isEqualTo(SourceState.PARTIAL);
            assertThat(c.getDetail())
                    .contains(
                            "1 of 2 tried failed",
                            "shop/web-2: connection refused: is the proxy up?",
                            "1 of 2 proxies");
        });
        serving("shop", "web-2");
        cluster.clock.pass(Duration.ofMinutes(1));
        round.run();
        assertThat(cluster.coverage("proxies/config_dump").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void saysWhatToGrantWhenNothingIsAllowed() throws Exception {
        serving("shop", "web-1");
        cluster.portForwardForbidden = true;

        round().run();

        assertThat(cluster.coverage("proxies/config_dump")).satisfies(c -> {
            assertThat(c.getState()).isEqualTo(SourceState.FORBIDDEN);
            assertThat(c.getDetail()).contains("pods/portforward", "pods/exec");
        });
        assertThat(cluster.told).isEmpty();
    }

    @Test
    void runsTheAgentsOwnCommandWherePortForwardIsForbidden() throws Exception {
        serving("shop", "web-1");
        serving("shop", "web-2");
        cluster.portForwardForbidden = true;
        cluster.execForbidden = false;

        round().run();

        assertThat(cluster.told(ProxyConfig.class)).hasSize(2);
        assertThat(cluster.asked)
                .as("the way that works is remembered")
                .containsExactly(
                        "shop/web-1 " + DUMP,
                        "shop/web-1 exec pilot-agent request GET config_dump?include_eds",
                        "shop/web-1 exec pilot-agent request GET server_info",
                        "shop/web-2 exec pilot-agent request GET config_dump?include_eds",
                        "shop/web-2 exec pilot-agent request GET server_info");
    }

    @Test
    void aBudgetOfZeroReadsNothingAndLeavesNothingBehind() throws Exception {
        serving("shop", "web-1");
        round().run();
        assertThat(cluster.told).isNotEmpty();

        round(0, 1 << 20, 1 << 20).run();

        assertThat(cluster.dumped()).hasSize(1);
        assertThat(cluster.told).isEmpty();
        assertThat(cluster.coverage("proxies/config_dump").getState()).isEqualTo(SourceState.DISABLED);
        assertThat(cluster.coverage("proxies/server_info").getState()).isEqualTo(SourceState.DISABLED);
    }

    @Test
    void aDeletedProxyIsGone() throws Exception {
        serving("shop", "web-1");
        serving("shop", "web-2");
        EnvoyRound round = round();
        round.run();
        cluster.delete("shop", "web-1");

        round.run();

        assertThat(cluster.told.keySet()).containsExactly("mesh1/east@0a1b2c3d/ProxyConfig/shop/web-2");
        assertThat(cluster.coverage("proxies/config_dump").getExpected()).isEqualTo(1);
    }

    @Test
    void nothingIsGoneBeforeAllPodsWereListed() throws Exception {
        serving("shop", "web-1");
        EnvoyRound round = round();
        round.run();
        cluster.delete("shop", "web-1");
        cluster.listed = false;

        round.run();

        assertThat(cluster.told).hasSize(1);
    }

    @Test
    void aDumpThatIsTooLongIsToldAsFarAsItGoesWithItsCertificates() throws Exception {
        Identity root = TestCertificates.root("Root");
        String secrets =
                "{\"configs\":[{\"dynamic_active_secrets\":[{\"name\":\"ROOTCA\",\"secret\":{\"validation_context\":{\"trusted_ca\":{\"inline_bytes\":\""
                        + TestCertificates.base64(root.pem()) + "\"}}}}]}]}";
        serving("shop", "web-1").serve("shop/web-1", "/config_dump?mask=dynamic_active_secrets", secrets);
        String one = Dumps.envoyCluster("outbound|80||api.shop.svc.cluster.local", "10s");
        cluster.serve("shop/web-1", DUMP, Dumps.envoy("web-1.shop", (one + ",").repeat(20) + one, ""));

        round(10, 1 << 20, 3_000).run();

        assertThat(cluster.told(ProxyConfig.class)).singleElement().satisfies(proxy -> {
            assertThat(proxy.getTruncated()).isTrue();
            assertThat(proxy.getActiveClusters()).isBetween(1, 20);
        });
        assertThat(cluster.told(TrustBundle.class))
                .singleElement()
                .satisfies(trust -> assertThat(trust.getTrustedRoots()).hasSize(1));
        assertThat(cluster.coverage("proxies/config_dump")).satisfies(c -> {
            assertThat(c.getState()).isEqualTo(SourceState.PARTIAL);
            assertThat(c.getRead()).isEqualTo(1);
            assertThat(c.getDetail()).contains("longer than 3000 bytes");
        });
    }

    @Test
    void aConnectionThatBreaksOffLeavesWhatWasKnown() throws Exception {
        serving("shop", "web-1");
        EnvoyRound round = round();
        round.run();
        cluster.answer("shop/web-1", DUMP, () -> breaking("{\"configs\":[{\"dynamic_active_clusters\":[{}"));
        cluster.clock.pass(Duration.ofMinutes(6));

        round.run();

        assertThat(cluster.told(ProxyConfig.class)).singleElement().satisfies(proxy -> assertThat(proxy.getTruncated())
                .isFalse());
        assertThat(cluster.coverage("proxies/config_dump")).satisfies(c -> {
            assertThat(c.getState()).isEqualTo(SourceState.UNREACHABLE);
            assertThat(c.getDetail()).contains("broke off").doesNotContain("10.9.8.7");
        });
    }

    private static InputStream breaking(String start) {
        return new FilterInputStream(new ByteArrayInputStream(start.getBytes(StandardCharsets.UTF_8))) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n < 0) {
                    throw new IOException("reset by 10.9.8.7");
                }
                return n;
            }
        };
    }

    @Test
    void aTrustBundleThatADumpNoLongerShowsIsGone() throws Exception {
        Identity root = TestCertificates.root("Root");
        serving("shop", "web-1")
                .serve(
                        "shop/web-1",
                        DUMP,
                        "{\"configs\":[{\"dynamic_active_secrets\":[{\"name\":\"ROOTCA\",\"secret\":{\"validation_context\":{\"trusted_ca\":{\"inline_bytes\":\""
                                + TestCertificates.base64(root.pem()) + "\"}}}}]}]}");
        EnvoyRound round = round();
        round.run();
        assertThat(cluster.told(TrustBundle.class)).hasSize(1);
        serving("shop", "web-1");
        cluster.clock.pass(Duration.ofMinutes(6));

        round.run();

        assertThat(cluster.told(TrustBundle.class)).isEmpty();
        assertThat(cluster.told(ProxyConfig.class)).hasSize(1);
    }

    @Test
    void nothingSecretOfADumpIsTold() throws Exception {
        Identity leaf = TestCertificates.leaf(TestCertificates.root("Root"), "spiffe://cluster.local/ns/shop/sa/web");
        String key = TestCertificates.base64(leaf.keyPem());
        serving("shop", "web-1").serve("shop/web-1", DUMP, """
                {"configs":[{"dynamic_active_secrets":[{"name":"default","secret":{"tls_certificate":{
                   "private_key":{"inline_bytes":"%s"},"certificate_chain":{"inline_bytes":"%s"}}}}]}]}""".formatted(key, TestCertificates.base64(leaf.pem())));

        round().run();

        String all = cluster.told.toString() + cluster.board.coverage();
        assertThat(all).contains("spiffe://cluster.local/ns/shop/sa/web").doesNotContain("PRIVATE KEY");
        assertThat(all).doesNotContain(key.substring(60, 100));
        leaf.keyPem().lines().filter(line -> line.length() == 64).forEach(line -> assertThat(all)
                .doesNotContain(line));
    }
}
