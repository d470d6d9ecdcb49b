package io.meshdiag.collector.cluster.envoy;

import static io.meshdiag.collector.extract.x509.TestCertificates.root;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import org.junit.jupiter.api.Test;

class ZtunnelRoundTest {
    private final String dump =
            "{\"certificates\": [{\"state\": \"Available\", \"certChain\": [], \"rootCerts\": [{\"pem\": \""
                    + root("Root CA").pem().replace("\n", "\\n") + "\"}]}]}";
    private final FakeCluster cluster = new FakeCluster();
    private final ZtunnelRound round = round(10);

    ZtunnelRoundTest() throws Exception {}

    private ZtunnelRound round(int proxiesPerMinute) {
        return new ZtunnelRound(
                cluster.surroundings(),
                EnvoySettings.DEFAULT,
                new DumpBudget(proxiesPerMinute, 1_000_000, cluster.clock));
    }

    /** Ztunnels that show their dump. */
    private void ztunnels(String... names) {
        for (String name : names) {
            cluster.ztunnel(name).serve("istio-system/" + name, "/config_dump", dump);
        }
    }

    @Test
    void tellsTheRootsOfAZtunnel() throws Exception {
        ztunnels("ztunnel-a");

        round.run();

        assertThat(cluster.told(TrustBundle.class)).singleElement().satisfies(bundle -> {
            assertThat(bundle.getHolder()).isEqualTo(TrustHolder.ZTUNNEL);
            assertThat(bundle.getName()).isEqualTo("ztunnel-a");
            assertThat(bundle.getTrustedRoots()).hasSize(1);
            assertThat(bundle.getHeader().getObserver()).isEqualTo("ztunnel/istio-system/ztunnel-a");
        });
        assertThat(cluster.coverage("ztunnels/config_dump").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void asksTheSameThreeEachTime() throws Exception {
        ztunnels("ztunnel-a", "ztunnel-b", "ztunnel-c", "ztunnel-d");

        round.run();
        round.run();

        assertThat(cluster.asked)
                .containsExactly(
                        "istio-system/ztunnel-a /config_dump",
                        "istio-system/ztunnel-b /config_dump",
                        "istio-system/ztunnel-c /config_dump",
                        "istio-system/ztunnel-a /config_dump",
                        "istio-system/ztunnel-b /config_dump",
                        "istio-system/ztunnel-c /config_dump");
    }

    @Test
    void takesBackWhatItSaidOfAZtunnelThatIsGone() throws Exception {
        ztunnels("ztunnel-a", "ztunnel-b");
        round.run();

        cluster.delete("istio-system", "ztunnel-a");
        round.run();

        assertThat(cluster.told(TrustBundle.class))
                .extracting(TrustBundle::getName)
                .containsExactly("ztunnel-b");
    }

    @Test
    void takesNothingBackBeforeAllPodsAreKnown() throws Exception {
        ztunnels("ztunnel-a");
        round.run();

        cluster.delete("istio-system", "ztunnel-a");
        cluster.listed = false;
        round.run();

        assertThat(cluster.told(TrustBundle.class)).hasSize(1);
    }

    @Test
    void keepsWhatItSaidOfAZtunnelThatDoesNotAnswer() throws Exception {
        ztunnels("ztunnel-a");
        round.run();

        cluster.refuse("istio-system/ztunnel-a", "/config_dump", SourceState.UNREACHABLE, "it is ending");
        round.run();

        assertThat(cluster.told(TrustBundle.class)).hasSize(1);
        assertThat(cluster.coverage("ztunnels/config_dump").getState()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(cluster.coverage("ztunnels/config_dump").getDetail()).contains("it is ending");
    }

    @Test
    void takesBackARootsBundleThatAWholeDumpDoesNotShowAnyMore() throws Exception {
        ztunnels("ztunnel-a");
        round.run();

        cluster.serve("istio-system/ztunnel-a", "/config_dump", "{\"certificates\": []}");
        round.run();

        assertThat(cluster.told(TrustBundle.class)).isEmpty();
    }

    @Test
    void asksNobodyWhereDumpsAreSwitchedOff() throws Exception {
        ztunnels("ztunnel-a");

        round(0).run();

        assertThat(cluster.asked).isEmpty();
    }

    @Test
    void saysNothingWithoutAmbientMode() throws Exception {
        cluster.proxy("shop", "web-1");

        round.run();

        assertThat(cluster.board.coverage()).isEmpty();
    }
}
