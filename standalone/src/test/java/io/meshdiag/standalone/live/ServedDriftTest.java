package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.envoy.ConfigDrifts;
import io.meshdiag.collector.extract.envoy.ResourceDigests;
import io.meshdiag.collector.extract.istiod.ConnectionsPage;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.DriftedResource;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.envoy.ConfigDump;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.artifact.istiod.GeneratedConfig;
import io.meshdiag.simulator.fleet.Addressing;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.IstiodView;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Proxy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the collector finds when it compares the two views of a simulated proxy: the pages of the one against the parsers of the other. */
class ServedDriftTest {
    private static final String SCENARIO = """
            name: drift
            mesh: mesh1
            clusters:
              - {id: east, network: east-network, region: east}
            services:
              - {namespace: shop, name: cart, replicas: 3}
              - {namespace: shop, name: checkout, replicas: 2}
              - {namespace: bank, name: ledger, replicas: 1}
            faults:
            """;

    private static final String STALE = "  - {type: proxies-stale, cluster: east, namespace: shop}\n";
    private static final String REFUSED =
            "  - {type: envoyfilter-rejected, cluster: east, namespace: shop, name: rewrite}\n";

    @TempDir
    private Path folder;

    @Test
    void aProxyThatNeverAnsweredAPushOfEndpointsHasThoseOfBefore() throws Exception {
        Fleet fleet = fleet(STALE);
        Cluster cluster = fleet.cluster("east");
        Proxy stale = cluster.proxies().stream()
                .filter(proxy -> cluster.unanswered().containsKey(proxy.id()))
                .findFirst()
                .orElseThrow();

        ConfigDrift drift = compare(fleet, cluster, stale).orElseThrow();

        assertThat(drift.getResources()).extracting(DriftedResource::getType).containsExactly("EDS");
        assertThat(drift.getResources().get(0).getIstiodVersion())
                .isNotEqualTo(drift.getResources().get(0).getEnvoyVersion());
    }

    @Test
    void aProxyThatRefusedAListenerHasTheOldOne() throws Exception {
        Fleet fleet = fleet(REFUSED);
        Cluster cluster = fleet.cluster("east");
        Proxy refusing = cluster.proxies().stream()
                .filter(proxy -> cluster.rejections().containsKey(proxy.id()))
                .findFirst()
                .orElseThrow();

        ConfigDrift drift = compare(fleet, cluster, refusing).orElseThrow();

        assertThat(drift.getResources())
                .extracting(DriftedResource::getResource)
                .containsExactly(cluster.rejections().get(refusing.id()).listener());
    }

    @Test
    void proxiesInStepDoNotDrift() throws Exception {
        Fleet fleet = fleet("  []\n");
        Cluster cluster = fleet.cluster("east");

        for (Proxy proxy : cluster.proxies()) {
            assertThat(compare(fleet, cluster, proxy)).as(proxy.id()).isEmpty();
        }
    }

    @Test
    void everyConnectionCanBeToldFromTheOthers() throws Exception {
        Fleet fleet = fleet("  []\n");
        Cluster cluster = fleet.cluster("east");
        Pod pod = cluster.pods(Pod.Role.ISTIOD).get(0);
        Istiod istiod = new Istiod(fleet, cluster, pod, new IstiodView(fleet, cluster, pod));

        for (Proxy proxy : cluster.connections().proxiesOf(pod)) {
            InputStream page = stream(new io.meshdiag.simulator.artifact.istiod.ConnectionsPage(istiod));
            assertThat(ConnectionsPage.idOf(new ProxyName(proxy.namespace(), proxy.name()), page))
                    .hasValueSatisfying(id -> assertThat(id).matches("\\Q" + proxy.id() + "\\E-\\d+"));
        }
    }

    private Fleet fleet(String faults) throws IOException {
        Path file = Files.writeString(folder.resolve("scenario.yaml"), SCENARIO + faults);
        return Scenario.load(file).fleet(Addressing.PRIVATE);
    }

    private static Optional<ConfigDrift> compare(Fleet fleet, Cluster cluster, Proxy proxy) throws Exception {
        ProxyView view = new ProxyView(
                fleet,
                cluster,
                proxy,
                new IstiodView(fleet, cluster, cluster.connections().istiodOf(proxy)));
        return ConfigDrifts.compare(
                new Origin("mesh1", cluster.id(), cluster.uid(), "test", Instant.EPOCH, "test"),
                new ProxyName(proxy.namespace(), proxy.name()),
                "istiod",
                ResourceDigests.read(stream(new GeneratedConfig(view, true))),
                ResourceDigests.read(stream(new ConfigDump(view))));
    }

    private static InputStream stream(Artifact page) throws IOException {
        StringWriter text = new StringWriter();
        page.writeTo(text);
        return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
