package io.meshdiag.collector.extract;

import static io.meshdiag.collector.extract.TestPages.ORIGIN;
import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshdiag.collector.extract.envoy.ConfigDrifts;
import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.envoy.ResourceDigests;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.SynczPage;
import io.meshdiag.collector.extract.log.IstioLog;
import io.meshdiag.collector.extract.log.LogEntry;
import io.meshdiag.collector.extract.log.LogEntry.Level;
import io.meshdiag.collector.extract.log.LogSignalsParser;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.ztunnel.ZtunnelDumpPage;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.DriftedResource;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of Istio's own test data, held against what their index says; runs where the folder lies beside the checkout. */
class RealSamplesTest {
    private static final Path SAMPLES = Path.of("../../shared/samples/istio");

    @BeforeAll
    static void samplesAreThere() {
        assumeTrue(Files.isDirectory(SAMPLES), "no samples beside the checkout");
    }

    private static InputStream open(String sample) throws IOException {
        return Files.newInputStream(SAMPLES.resolve(sample));
    }

    private static List<SpecificRecord> dump(String sample) throws Exception {
        ProxyPages pages = new ProxyPages(new ProxyName("ns", "proxy"));
        try (InputStream page = open("envoy-config-dump/" + sample)) {
            pages.readConfigDump(page);
        }
        List<SpecificRecord> facts = new ArrayList<>();
        pages.publish(ORIGIN, facts::add);
        return facts;
    }

    private static ProxyConfig config(String sample) throws Exception {
        return only(ProxyConfig.class, dump(sample)).get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xds-syncz-single-istiod.json", "xds-syncz-single-istiod.yaml"})
    void readsWhatIstioctlProxyStatusPrints(String sample) throws Exception {
        List<SpecificRecord> facts =
                facts(new SynczPage(new IstiodPod("istio-system", "asked")), open("proxy-status/" + sample));

        assertThat(facts).hasSize(1);
        ProxyStatus proxy = (ProxyStatus) facts.get(0);
        assertThat(proxy.getName()).isEqualTo("proxy1");
        assertThat(proxy.getNamespace()).isEmpty();
        assertThat(proxy.getIstiod()).isEqualTo("istiod1");
        assertThat(proxy.getProxyClusterId()).isEqualTo("cluster1");
        assertThat(proxy.getIstioVersion()).isEqualTo("1.20");
        assertThat(proxy.getXds())
                .extracting(XdsStatus::getType, XdsStatus::getState)
                .containsExactly(
                        tuple("CDS", XdsSyncState.STALE),
                        tuple("ECDS", XdsSyncState.SYNCED),
                        tuple("EDS", XdsSyncState.SYNCED),
                        tuple("LDS", XdsSyncState.SYNCED),
                        tuple("RDS", XdsSyncState.NOT_SENT));
    }

    @Test
    void readsAWaypointDump() throws Exception {
        List<SpecificRecord> facts = dump("waypoint-full-dump-1.21.json");

        ProxyConfig config = only(ProxyConfig.class, facts).get(0);
        assertThat(config.getNodeId())
                .isEqualTo("waypoint~192.168.252.229~httpbin-istio-waypoint-58f646c5ff-dbfkz.default"
                        + "~default.svc.cluster.local");
        assertThat(config.getIstioVersion()).isEqualTo("1.21.0-1226");
        assertThat(config.getProxyClusterId()).isNull();
        assertThat(config.getLocality()).isNull();
        assertThat(config.getClustersVersion()).isEqualTo("2023-12-26T05:56:10Z/3");
        assertThat(config.getStaticClusters()).isEqualTo(2);
        assertThat(config.getActiveClusters()).isEqualTo(1);
        assertThat(config.getAssignments()).isEqualTo(2);
        assertThat(config.getEndpoints()).isEqualTo(2);
        assertThat(config.getUnhealthyEndpoints()).isZero();
        assertThat(config.getEndpointCounts())
                .extracting(RealSamplesTest::text)
                .as("behind an internal listener, which is no address")
                .containsExactly("httpbin.default.svc.cluster.local snorlax 1/1, 0 gateways, 0 addresses");
        assertThat(config.getActiveListeners()).isEqualTo(1);
        assertThat(config.getListenersVersion()).isEqualTo("2023-12-26T05:57:39Z/1");
        assertThat(config.getRoutes()).isEqualTo(1);
        assertThat(config.getTruncated()).isFalse();
        assertThat(config.getWorkloadCertificate().getSerial()).isEqualTo("6fbee254c22900615cb1f74e3d2f1713");
        assertThat(config.getWorkloadCertificate().getNotAfter().toString()).startsWith("2023-05-16");

        TrustBundle trust = only(TrustBundle.class, facts).get(0);
        assertThat(trust.getTrustedRoots())
                .extracting(CertificateInfo::getSerial)
                .containsExactly("193a543fe2b0d9cd4847675394dfc54");
        assertThat(trust.getTrustedRoots().get(0).getNotAfter().toString()).startsWith("2033-05-02");
    }

    @Test
    void readsTheRootsOfAZtunnel() throws Exception {
        List<SpecificRecord> facts = new ArrayList<>();
        try (InputStream page = open("ztunnel/config-dump.json")) {
            new ZtunnelDumpPage("istio-system", "ztunnel-1").parse(page, ORIGIN, facts::add);
        }

        TrustBundle trust = only(TrustBundle.class, facts).get(0);
        assertThat(trust.getHolder()).isEqualTo(TrustHolder.ZTUNNEL);
        assertThat(trust.getTrustedRoots())
                .extracting(CertificateInfo::getSubject)
                .containsExactly("O=cluster.local");
    }

    @Test
    void countsEndpointsBySourceCluster() throws Exception {
        ProxyConfig config = config("sidecar-endpoints-include-eds.json");

        assertThat(config.getAssignments()).isEqualTo(37);
        assertThat(config.getEndpoints()).isEqualTo(36);
        assertThat(config.getUnhealthyEndpoints()).isZero();
        assertThat(config.getEmptyAssignments()).isEqualTo(5);
        assertThat(config.getEndpointCounts())
                .extracting(RealSamplesTest::text)
                .contains("reviews.default.svc.cluster.local Kubernetes 3/3, 0 gateways, 3 addresses");
    }

    private static String text(ProxyEndpointCount count) {
        return count.getHost() + " " + count.getClusterId() + " " + count.getHealthy() + "/" + count.getTotal() + ", "
                + count.getGateways() + " gateways, " + count.getAddresses() + " addresses";
    }

    @ParameterizedTest
    @CsvSource({
        // sample, Istio version, cluster id, clusters version, listeners version, static, active, listeners, routes
        "sidecar-full-dump-2019-productpage.json,    1.3.0-rc.2,   Kubernetes, 2019-09-10T20:22:19Z/15, 2019-09-11T17:00:00Z/20, 3,  80, 51, 33",
        "gateway-full-dump-2019-ingressgateway.json, 1.3.0,        ,           2019-09-20T20:10:05Z/7,  2019-09-20T20:10:05Z/7,  3, 122,  2,  2",
        "istiod-side-dump-2020-mixed-key-case.json,  ,             ,           2020-03-06T21:51:34Z/47, 2020-03-06T21:51:34Z/47, 0,   1,  1,  2",
        "waypoint-clusters-listeners-routes-2024.json, ,           ,           2024-03-04T08:37:44Z/4,  2024-03-04T08:37:44Z/4,  ,    1,  3,   "
    })
    void countsTheSectionsOfDumpsOfAllAges(
            String sample,
            String istioVersion,
            String clusterId,
            String clustersVersion,
            String listenersVersion,
            Integer staticClusters,
            int activeClusters,
            int listeners,
            Integer routes)
            throws Exception {
        ProxyConfig config = config(sample);

        assertThat(config.getIstioVersion()).isEqualTo(istioVersion);
        assertThat(config.getProxyClusterId()).isEqualTo(clusterId);
        assertThat(config.getClustersVersion()).isEqualTo(clustersVersion);
        assertThat(config.getListenersVersion()).isEqualTo(listenersVersion);
        assertThat(config.getActiveClusters()).isEqualTo(activeClusters);
        assertThat(config.getActiveListeners()).isEqualTo(listeners);
        if (staticClusters != null) {
            assertThat(config.getStaticClusters()).isEqualTo(staticClusters);
        }
        if (routes != null) {
            assertThat(config.getRoutes()).isEqualTo(routes);
        }
    }

    @Test
    void seesListenersBehindIstiod() throws Exception {
        ProxyConfig config = config("envoy-side-dump-2020-details.json");

        assertThat(config.getNodeId()).contains("~details-v1-78d78fbddf-xb9kw.default~");
        assertThat(config.getIstioVersion()).isEqualTo("1.5.0-beta.5");
        assertThat(config.getProxyClusterId()).isEqualTo("Kubernetes");
        assertThat(config.getClustersVersion()).isEqualTo("2020-03-06T21:51:34Z/47");
        assertThat(config.getListenersVersion()).isEqualTo("2020-03-06T21:51:30Z/46");
    }

    @Test
    void namesSecretsThatNeverArrived() throws Exception {
        List<SpecificRecord> facts = dump("secrets-istio-active-and-warming.json");

        assertThat(only(ProxyConfig.class, facts).get(0).getWarmingSecrets()).containsExactly("configmap://some/thing");
        assertThat(only(TrustBundle.class, facts).get(0).getTrustedRootsCount()).isEqualTo(1);
    }

    @Test
    void readsABareBootstrapInCamelCase() throws Exception {
        ProxyConfig config = config("bootstrap-only-camelcase.json");

        assertThat(config.getIstioVersion()).isEqualTo("1.10.0");
        assertThat(config.getEnvoyVersion()).isEqualTo("1.18.3");
        assertThat(config.getNodeId()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"gateway-routes-http-2022.json, 1", "gateway-route-empty.json, 2", "gateway-route-istio-prefix.json, 3"
    })
    void countsRoutes(String sample, int routes) throws Exception {
        assertThat(config(sample).getRoutes()).isEqualTo(routes);
    }

    @Test
    void readsADumpOfExtensionConfigsOnly() throws Exception {
        assertThat(config("ecds-filters.json").getActiveClusters()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecar-default.json", "sidecar-node-metadata-and-locality.json"})
    void readsGeneratedBootstrapFiles(String sample) throws Exception {
        ProxyConfig config = config("../bootstrap/" + sample);

        assertThat(config.getProxyType()).isEqualTo("sidecar");
        assertThat(config.getXdsApiType()).isEqualTo("DELTA_GRPC");
        if (sample.contains("locality")) {
            assertThat(config.getLocality()).isEqualTo("regionA/zoneB/sub_zoneC");
            assertThat(config.getIstioVersion()).isEqualTo("release-3.1");
        } else {
            assertThat(config.getNodeId()).isEqualTo("sidecar~1.2.3.4~foo~bar");
            assertThat(config.getIstioVersion()).isEqualTo("binary-1.0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "root-cert.pem.txt,               1, e2110e139cc6cc7a, 63727a.*92e7b0",
        "ca-cert.pem.txt,                 1, e37589fac1676fc1, f867174e.*5b2dc2",
        "cert-chain.pem.txt,              1, e37589fac1676fc1, f867174e.*5b2dc2",
        "root-cert-alt.pem.txt,           1, 6d0fd1.*d53b,     11c920.*3ae428",
        "root-cert-combined.pem.txt,      2, e2110e139cc6cc7a, 63727a.*92e7b0",
        "expired-cert.pem.txt,            1, 67b7bb7.*81a2,    .*",
        "leaf-workload-foo-cert.pem.txt,  1, 56b99311.*0c91,   .*"
    })
    void readsCertificates(String sample, int number, String serial, String sha256) throws Exception {
        List<CertificateInfo> certificates = Certificates.parsePem(
                Files.readAllBytes(SAMPLES.resolve("certs").resolve(sample)));

        assertThat(certificates).hasSize(number);
        assertThat(certificates.get(0).getSerial()).matches(serial);
        assertThat(certificates.get(0).getSha256()).matches(sha256);
    }

    @Test
    void readsTheIdentityOfALeaf() throws Exception {
        byte[] pem = Files.readAllBytes(SAMPLES.resolve("certs/leaf-workload-foo-cert.pem.txt"));

        assertThat(Certificates.parsePem(pem).get(0).getUris())
                .containsExactly("spiffe://trust-domain-foo/ns/foo/sa/foo");
    }

    @Test
    void splitsAGatewaysLog() throws Exception {
        IstioLog log = new IstioLog(open("logs/ingressgateway-agent-and-envoy-2020.log.txt"));
        List<LogEntry> entries = new ArrayList<>();
        for (LogEntry entry = log.next(); entry != null; entry = log.next()) {
            entries.add(entry);
        }

        assertThat(entries).hasSize(83);
        assertThat(entries).filteredOn(e -> e.level() == Level.INFO).hasSize(75);
        assertThat(entries).filteredOn(e -> e.level() == Level.WARN).hasSize(8);
        assertThat(entries).filteredOn(e -> e.scope().equals("sds")).hasSize(10);
        assertThat(entries).filteredOn(e -> e.scope().equals("cache")).hasSize(3);
        assertThat(entries).filteredOn(e -> e.scope().equals("envoy config")).hasSize(8);
        assertThat(log.continuationLines()).isEqualTo(62);
    }

    @Test
    void findsOnlyTheStartInAGatewaysLog() throws Exception {
        LogSignals log = (LogSignals) facts(
                        new LogSignalsParser("proxy", "istio-system", "istio-ingressgateway"),
                        open("logs/ingressgateway-agent-and-envoy-2020.log.txt"))
                .get(0);

        assertThat(log.getSignals())
                .extracting(LogSignal::getSignature, LogSignal::getCount)
                .contains(tuple("proxy.xds.no-healthy-upstream", 2L), tuple("proxy.ready", 1L))
                .doesNotContain(tuple("proxy.xds.stream-closed", 4L));
        Instant ready = Instant.parse("2020-06-29T23:37:30.890178Z");
        assertThat(log.getSignals())
                .filteredOn(signal -> !signal.getSignature().equals("proxy.ready"))
                .allSatisfy(signal -> assertThat(signal.getLastAt()).isBefore(ready));
    }

    @Test
    void readsPlainTextAndJsonLogs() throws Exception {
        LogSignals text = (LogSignals) facts(
                        new LogSignalsParser("istiod", "istio-system", "istiod-1"),
                        open("logs/istio-text-format.log.txt"))
                .get(0);
        LogSignals json = (LogSignals) facts(
                        new LogSignalsParser("istiod", "istio-system", "istiod-1"),
                        open("logs/istio-json-format-excerpt.log.txt"))
                .get(0);

        assertThat(text.getLines()).isEqualTo(14);
        assertThat(text.getFirstAt()).isEqualTo(Instant.parse("2020-06-29T23:37:27.335Z"));
        assertThat(text.getLastAt()).isEqualTo(Instant.parse("2020-06-29T23:37:27.438Z"));
        assertThat(json.getLines()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "waypoint-full-dump-1.21.json",
                "sidecar-full-dump-2019-productpage.json",
                "gateway-full-dump-2019-ingressgateway.json",
                "envoy-side-dump-2020-details.json"
            })
    void aDumpDoesNotDriftFromItself(String sample) throws Exception {
        assertThat(drift(sample, sample)).isEmpty();
    }

    /** Spelling, order of routes and virtual hosts and the listeners' version differ; istioctl finds that they match, too. */
    @Test
    void anEnvoyThatHasWhatItsIstiodWouldSendDoesNotDrift() throws Exception {
        assertThat(drift("istiod-side-dump-2020-mixed-key-case.json", "envoy-side-dump-2020-details.json"))
                .isEmpty();
    }

    @Test
    void twoProxiesHaveDifferentConfiguration() throws Exception {
        assertThat(drift("istiod-side-dump-2020-mixed-key-case.json", "sidecar-full-dump-2019-productpage.json"))
                .extracting(r -> r.getType() + " " + r.getResource() + " " + r.getSide())
                .hasSize(50)
                .contains(
                        "CDS BlackHoleCluster DIFFERENT_VERSION",
                        "LDS 0.0.0.0_9080 ONLY_ENVOY",
                        "RDS 8080 DIFFERENT_VERSION");
    }

    private static List<DriftedResource> drift(String istiod, String envoy) throws Exception {
        try (InputStream theirs = open("envoy-config-dump/" + istiod);
                InputStream envoys = open("envoy-config-dump/" + envoy)) {
            return ConfigDrifts.compare(
                            ORIGIN,
                            new ProxyName("ns", "proxy"),
                            "istiod-1",
                            ResourceDigests.read(theirs),
                            ResourceDigests.read(envoys))
                    .map(ConfigDrift::getResources)
                    .orElse(List.of());
        }
    }
}
