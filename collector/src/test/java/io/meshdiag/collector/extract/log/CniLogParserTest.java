package io.meshdiag.collector.extract.log;

import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.LogSignals;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CniLogParserTest {
    private static final String TIME = "2026-08-22T15:00:18.123456Z";

    private static List<CniEvent> events(String log) throws Exception {
        return only(CniEvent.class, facts(new CniLogParser("node-1", "kube-system", "istio-cni-node-x"), log));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            repair    | Deleting broken pod: shop/web-1                                         | REPAIR_DELETED | shop/web-1
            repair    | Pod detected as broken, deleting: shop/web-1                            | REPAIR_DELETED | shop/web-1
            repair    | Pod detected as broken, adding label: shop/web-1                        | REPAIR_LABELED | shop/web-1
            repair    | Labeling pod shop/web-1 with label cni.istio.io/uninitialized=true      | REPAIR_LABELED | shop/web-1
            cni-agent | pod repaired~pod=shop/web-1 netns=/proc/123/ns/net                      | REPAIRED       | shop/web-1
            cni-agent | failed to setup redirection: exec failed~pod=shop/web-1                 | REPAIR_FAILED  | shop/web-1
            cni-agent | installer failed: copy binaries: permission denied                      | INSTALL_FAILED | ''
            cni-agent | Istio CNI configuration and binaries validated/reinstalled.             | INSTALLED      | ''
            cni-agent | configuration requires updates, (re)writing CNI config file: CNI config file removed: /etc/cni/net.d/10-x.conflist | CONFIG_REWRITTEN | ''
            cni-plugin | istio-cni cmdAdd failed to contact node Istio CNI agent: x~pod=shop/web-1 | PLUGIN_ERROR | shop/web-1
            cni       | Failed to get shop/web-1 pod info: Unauthorized                         | PLUGIN_ERROR   | shop/web-1
            validation | iptables validation failed; workload is not ready for Istio.           | VALIDATION_FAILED | ''
            """)
    void knowsTheAgentsLinesInEveryVersion(String scope, String line, CniEventKind kind, String pod) throws Exception {
        assertThat(events(TIME + "\terror\t" + scope + "\t" + line.replace('~', '\t')))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getKind()).isEqualTo(kind);
                    assertThat(event.getPod()).isEqualTo(pod);
                    assertThat(event.getNode()).isEqualTo("node-1");
                });
    }

    @Test
    void countsOneDeletionOfOldVersionsOnce() throws Exception {
        CniEvent event = events("""
                2026-08-22T15:00:00.000000Z\tinfo\trepair\tPod detected as broken, deleting: shop/web-1
                2026-08-22T15:00:00.200000Z\tinfo\trepair\tDeleting broken pod: shop/web-1
                2026-08-22T15:10:00.000000Z\tinfo\trepair\tPod detected as broken, deleting: shop/web-1
                2026-08-22T15:10:00.200000Z\tinfo\trepair\tDeleting broken pod: shop/web-1
                """).get(0);

        assertThat(event.getCount()).isEqualTo(2);
        assertThat(event.getFirstAt()).isEqualTo(Instant.parse("2026-08-22T15:00:00Z"));
        assertThat(event.getLastAt()).isEqualTo(Instant.parse("2026-08-22T15:10:00.2Z"));
    }

    @Test
    void givesEqualFaultsOneSignature() throws Exception {
        List<CniEvent> events = events("""
                {"level":"error","time":"2026-08-22T15:00:00Z","scope":"cni-plugin","msg":"istio-cni cmdAdd error: dial tcp 10.0.0.1:443: refused","pod":"shop/web-1"}
                {"level":"error","time":"2026-08-22T15:00:01Z","scope":"cni-plugin","msg":"istio-cni cmdAdd error: dial tcp 10.0.0.2:443: refused","pod":"shop/web-1"}
                """);

        assertThat(events).hasSize(1);
        assertThat(events.get(0).getCount()).isEqualTo(2);
        assertThat(events.get(0).getPod()).isEqualTo("shop/web-1");
        assertThat(events.get(0).getSignature()).isEqualTo("istio-cni cmdAdd error: dial tcp #: refused");
    }

    @Test
    void tellsSignalsOfTheAgentToo() throws Exception {
        LogSignals log = only(
                        LogSignals.class,
                        facts(
                                new CniLogParser("node-1", "kube-system", "istio-cni-node-x"),
                                TIME + "\terror\tcni-agent\tno ztunnel connection\n"))
                .get(0);

        assertThat(log.getComponent()).isEqualTo("cni");
        assertThat(log.getInstance()).isEqualTo("istio-cni-node-x");
        assertThat(log.getSignals().get(0).getSignature()).isEqualTo("cni.ambient.no-ztunnel");
    }
}
