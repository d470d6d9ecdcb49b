package io.meshdiag.collector.extract.envoy;

import static io.meshdiag.collector.extract.TestPages.ORIGIN;
import static io.meshdiag.collector.extract.TestPages.only;
import static io.meshdiag.collector.extract.TestPages.stream;
import static io.meshdiag.collector.extract.x509.TestCertificates.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.AddressSet;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.fact.RejectedUpdate;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class ProxyPagesTest {
    private final ProxyPages pages = new ProxyPages(new ProxyName("shop", "web-1"));

    private List<SpecificRecord> published() {
        List<SpecificRecord> facts = new ArrayList<>();
        pages.publish(ORIGIN, facts::add);
        return facts;
    }

    private ProxyConfig config() {
        return only(ProxyConfig.class, published()).get(0);
    }

    @Test
    void readsWhoAProxyIsFromItsBootstrap() throws Exception {
        pages.readConfigDump(stream("""
                {"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{
                  "node":{"id":"sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local","cluster":"web.shop",
                    "metadata":{"ISTIO_VERSION":"1.28.1","CLUSTER_ID":"east","NETWORK":"net-e","MESH_ID":"mesh1","NODE_NAME":"n1",
                      "network":"a pod label of old dumps",
                      "LABELS":{"istio.io/rev":"1-28"},"PROXY_CONFIG":{"discoveryAddress":"istiod.istio-system.svc:15012"}},
                    "locality":{"region":"r1","zone":"z1"},
                    "user_agent_build_version":{"version":{"major_number":1,"minor_number":36,"patch":2}}},
                  "dynamic_resources":{"ads_config":{"api_type":"DELTA_GRPC"}}}}]}"""));

        ProxyConfig config = config();
        assertThat(config.getNamespace()).isEqualTo("shop");
        assertThat(config.getName()).isEqualTo("web-1");
        assertThat(config.getProxyType()).isEqualTo("sidecar");
        assertThat(config.getProxyClusterId()).isEqualTo("east");
        assertThat(config.getNetwork()).isEqualTo("net-e");
        assertThat(config.getRevision()).isEqualTo("1-28");
        assertThat(config.getLocality()).isEqualTo("r1/z1");
        assertThat(config.getEnvoyVersion()).isEqualTo("1.36.2");
        assertThat(config.getDiscoveryAddress()).isEqualTo("istiod.istio-system.svc:15012");
        assertThat(config.getXdsApiType()).isEqualTo("DELTA_GRPC");
    }

    @Test
    void countsEndpointsOnceForAllPortsAndSubsets() throws Exception {
        String assignment = """
                {"endpoint_config":{"endpoints":[{"lb_endpoints":[
                   {"health_status":"HEALTHY","metadata":{"filter_metadata":{"istio":{"workload":"reviews-v1;shop;reviews;v1;west"}}}},
                   {"health_status":"UNHEALTHY","metadata":{"filter_metadata":{"istio":{"workload":"reviews-v1;shop;reviews;v1;west"}}}},
                   {"metadata":{"filter_metadata":{"istio":{"workload":";;;;east"}}}},
                   {}]}],"cluster_name":"%s"}}""";
        pages.readConfigDump(stream("{\"configs\":[{\"dynamic_endpoint_configs\":["
                + assignment.formatted("outbound|80||reviews.shop.svc.cluster.local") + ","
                + assignment.formatted("outbound|90|v1|reviews.shop.svc.cluster.local") + ","
                + "{\"endpoint_config\":{\"cluster_name\":\"outbound|80||empty.shop.svc.cluster.local\"}}]}]}"));

        ProxyConfig config = config();
        assertThat(config.getEndpointCounts())
                .containsExactly(
                        new ProxyEndpointCount("reviews.shop.svc.cluster.local", "", 1, 1, 0, 0, 0L),
                        new ProxyEndpointCount("reviews.shop.svc.cluster.local", "east", 1, 1, 1, 0, 0L),
                        new ProxyEndpointCount("reviews.shop.svc.cluster.local", "west", 2, 1, 0, 0, 0L));
        assertThat(config.getEndpoints()).isEqualTo(8);
        assertThat(config.getUnhealthyEndpoints()).isEqualTo(2);
        assertThat(config.getEmptyAssignments()).isEqualTo(1);
    }

    @Test
    void knowsTheAddressesOfWorkloadsOverAllPortsButNotThoseOfGateways() throws Exception {
        String assignment = """
                {"endpoint_config":{"cluster_name":"outbound|%s||reviews.shop.svc.cluster.local","endpoints":[{"lb_endpoints":[
                   {"endpoint":{"address":{"socket_address":{"address":"10.2.0.%s","port_value":80}}},
                    "metadata":{"filter_metadata":{"istio":{"workload":"reviews-v1;shop;reviews;v1;west"}}}},
                   {"endpoint":{"address":{"socket_address":{"address":"34.1.1.1","port_value":15443}}},
                    "metadata":{"filter_metadata":{"istio":{"workload":";;;;north"}}}}]}]}}""";
        pages.readConfigDump(stream("{\"configs\":[{\"dynamic_endpoint_configs\":["
                + assignment.formatted("80", "1") + "," + assignment.formatted("90", "1") + ","
                + assignment.formatted("91", "2") + "]}]}"));
        AddressSet west = new AddressSet();
        west.add("10.2.0.2");
        west.add("10.2.0.1");

        assertThat(config().getEndpointCounts())
                .containsExactly(
                        new ProxyEndpointCount("reviews.shop.svc.cluster.local", "north", 1, 1, 1, 0, 0L),
                        new ProxyEndpointCount("reviews.shop.svc.cluster.local", "west", 1, 1, 0, 2, west.digest()));
    }

    @Test
    void capsPairsAndTellsHowManyThereAre() throws Exception {
        StringBuilder dump = new StringBuilder("{\"configs\":[{\"dynamicEndpointConfigs\":[");
        for (int i = 2_499; i >= 0; i--) {
            dump.append("{\"endpointConfig\":{\"clusterName\":\"outbound|80||s")
                    .append(1_000_000 + i)
                    .append(".a.svc.cluster.local\",\"endpoints\":[{\"lbEndpoints\":[{}]}]}}")
                    .append(i == 0 ? "" : ",");
        }
        pages.readConfigDump(stream(dump + "]}]}"));

        ProxyConfig config = config();
        assertThat(config.getEndpointCounts()).hasSize(2_000);
        assertThat(config.getEndpointCounts().get(0).getHost()).isEqualTo("s1000000.a.svc.cluster.local");
        assertThat(config.getEndpointCountsTotal()).isEqualTo(2_500);
    }

    @Test
    void tellsWhichUpdatesWereRefusedAndWhy() throws Exception {
        pages.readConfigDump(stream("""
                {"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","version_info":"v/2","dynamic_listeners":[
                  {"name":"0.0.0.0_80","error_state":{"failed_configuration":{"name":"0.0.0.0_80"},
                     "last_update_attempt":"2026-08-22T14:00:00Z","details":"unknown filter, password=hunter2"}},
                  {"active_state":{"listener":{"name":"virtualInbound"}}},
                  {"name":"x","warming_state":{},"draining_state":{}}]}]}"""));

        ProxyConfig config = config();
        assertThat(config.getRejected())
                .containsExactly(new RejectedUpdate(
                        "LDS",
                        "0.0.0.0_80",
                        "unknown filter, password=[redacted]",
                        Instant.parse("2026-08-22T14:00:00Z")));
        assertThat(config.getRejectedCount()).isEqualTo(1);
        assertThat(config.getActiveListeners()).isEqualTo(1);
        assertThat(config.getWarmingListeners()).isEqualTo(1);
        assertThat(config.getDrainingListeners()).isEqualTo(1);
        assertThat(config.getListenersVersion()).isEqualTo("v/2");
    }

    @Test
    void readsTrustAndChainFromSecrets() throws Exception {
        Identity root = TestCertificates.root("Root");
        Identity partner = TestCertificates.root("Partner");
        Identity intermediate = TestCertificates.intermediate(root, "Istio CA");
        Identity leaf = TestCertificates.leaf(intermediate, "spiffe://east.example/ns/shop/sa/web");
        pages.readConfigDump(stream("""
                {"configs":[{"dynamic_active_secrets":[
                  {"name":"default","secret":{"name":"default","tls_certificate":{
                    "certificate_chain":{"inline_bytes":"%s"},"private_key":{"inline_bytes":"W3JlZGFjdGVkXQ=="}}}},
                  {"name":"ROOTCA","secret":{"validation_context":{"trusted_ca":{"inline_bytes":"%s"},
                    "custom_validator_config":{"name":"envoy.tls.cert_validator.spiffe","typed_config":{"trust_domains":[
                      {"name":"west.example","trust_bundle":{"inline_bytes":"%s"}}]}}}}}],
                  "dynamic_warming_secrets":[{"name":"kubernetes://gw"}]}]}""".formatted(
                base64(leaf.pem() + intermediate.pem()), base64(root.pem() + root.pem()), base64(partner.pem()))));

        List<SpecificRecord> facts = published();
        TrustBundle trust = only(TrustBundle.class, facts).get(0);
        assertThat(trust.getHolder()).isEqualTo(TrustHolder.PROXY);
        assertThat(trust.getTrustDomain()).isEqualTo("east.example");
        assertThat(trust.getTrustedRoots())
                .extracting(CertificateInfo::getSubject)
                .containsExactlyInAnyOrder("CN=Root", "CN=Partner");
        assertThat(trust.getIssuingChain())
                .extracting(CertificateInfo::getSubject)
                .containsExactly("CN=Istio CA");
        ProxyConfig config = only(ProxyConfig.class, facts).get(0);
        assertThat(config.getWorkloadCertificate()).isEqualTo(trust.getLeaf());
        assertThat(config.getWarmingSecrets()).containsExactly("kubernetes://gw");
    }

    @Test
    void joinsServerInfoAndCertsInAnyOrder() throws Exception {
        pages.readServerInfo(stream("""
                {"version":"abc/1.36.2-dev/Clean/RELEASE/BoringSSL","state":"LIVE",
                 "node":{"id":"sidecar~10.0.0.1~web-1.shop~d","metadata":{"CLUSTER_ID":"east"}}}"""));
        pages.readCerts(stream("""
                {"certificates":[{"ca_cert":[{"serial_number":"01"}],"cert_chain":[{"path":"<inline>","serial_number":"00ab12",
                  "subject_alt_names":[{"uri":"spiffe://cluster.local/ns/shop/sa/web"}],
                  "valid_from":"2026-08-22T00:00:00Z","expiration_time":"2026-08-23T00:00:00Z"}]}]}"""));

        ProxyConfig config = config();
        assertThat(config.getServerState()).isEqualTo("LIVE");
        assertThat(config.getEnvoyVersion()).isEqualTo("1.36.2-dev");
        assertThat(config.getProxyClusterId()).isEqualTo("east");
        assertThat(config.getWorkloadCertificate().getSerial()).isEqualTo("ab12");
        assertThat(config.getWorkloadCertificate().getNotAfter()).isEqualTo(Instant.parse("2026-08-23T00:00:00Z"));
        assertThat(config.getTruncated())
                .as("no dump, so the counts are lower bounds")
                .isTrue();
        assertThat(only(TrustBundle.class, published())).isEmpty();
    }

    @Test
    void keepsWhatADumpSaidBeforeItEnded() {
        String cut = """
                {"configs":[{"dynamic_active_clusters":[{"cluster":{"name":"a"}},{"cluster":{"name":"b"}}""";

        assertThatThrownBy(() -> pages.readConfigDump(stream(cut)))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageStartingWith("the page ends in the middle");
        assertThat(config().getActiveClusters()).isEqualTo(2);
        assertThat(config().getTruncated()).isTrue();
    }

    @Test
    void saysNothingOfAProxyWhosePagesWereUnreadable() {
        assertThatThrownBy(() -> pages.readConfigDump(stream("[]"))).hasMessageContaining("not a config dump of Envoy");
        assertThatThrownBy(() -> pages.readCerts(stream("{}"))).hasMessageContaining("not Envoy's /certs");
        assertThat(published()).isEmpty();
    }
}
