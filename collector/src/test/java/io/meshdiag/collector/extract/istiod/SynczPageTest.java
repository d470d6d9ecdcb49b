package io.meshdiag.collector.extract.istiod;

import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SynczPageTest {
    private final SynczPage syncz = new SynczPage(new IstiodPod("istio-system", "istiod-1"));

    private List<ProxyStatus> proxies(String page) throws Exception {
        return only(ProxyStatus.class, facts(syncz, page));
    }

    @Test
    void derivesStatesFromNonces() throws Exception {
        ProxyStatus proxy = proxies("""
                [{"proxy":"web-1.v2.shop","istio_version":"1.10.3",
                  "cluster_sent":"a=1","cluster_acked":"a=1",
                  "listener_sent":"b=2","listener_acked":"b=1",
                  "endpoint_sent":"c=3"}]""").get(0);

        assertThat(proxy.getName()).isEqualTo("web-1.v2");
        assertThat(proxy.getNamespace()).isEqualTo("shop");
        assertThat(proxy.getIstiod()).isEqualTo("istiod-1");
        assertThat(proxy.getProxyClusterId()).isNull();
        assertThat(proxy.getXds())
                .extracting(XdsStatus::getType, XdsStatus::getState)
                .containsExactly(
                        tuple("CDS", XdsSyncState.SYNCED),
                        tuple("EDS", XdsSyncState.STALE_NEVER_ACKED),
                        tuple("LDS", XdsSyncState.STALE),
                        tuple("RDS", XdsSyncState.NOT_SENT));
    }

    @Test
    void believesTheMapOfSubscribedTypesWhereThereIsOne() throws Exception {
        ProxyStatus proxy = proxies("""
                [{"cluster_id":"west","proxy":"web-1.shop","proxy_type":"sidecar","istio_version":"1.28.1","resources":{
                  "type.googleapis.com/envoy.config.cluster.v3.Cluster":
                    {"sent":"2026-08-22T14:00:18Z/12aaa","acked":"2026-08-22T14:00:18Z/12aaa","sentTime":"2026-08-22T14:00:19Z"},
                  "type.googleapis.com/envoy.config.listener.v3.Listener":
                    {"sent":"2026-08-22T14:00:18Z/12bbb","acked":"2026-08-22T13:00:18Z/11ccc",
                     "sentTime":"2026-08-22T14:00:20Z","lastError":"Error adding listener: token=abc123secret"},
                  "type.googleapis.com/envoy.config.route.v3.RouteConfiguration":
                    {"sent":"","acked":"","sentTime":"0001-01-01T00:00:00Z"}}}]""").get(0);

        assertThat(proxy.getProxyClusterId()).isEqualTo("west");
        assertThat(proxy.getXds())
                .extracting(XdsStatus::getType, XdsStatus::getState, XdsStatus::getSentAt)
                .containsExactly(
                        tuple("CDS", XdsSyncState.SYNCED, Instant.parse("2026-08-22T14:00:19Z")),
                        tuple("EDS", XdsSyncState.IGNORED, null),
                        tuple("LDS", XdsSyncState.ERROR, Instant.parse("2026-08-22T14:00:20Z")),
                        tuple("RDS", XdsSyncState.NOT_SENT, null));
        assertThat(proxy.getXds().get(2).getLastError()).isEqualTo("Error adding listener: token=[redacted]");
    }

    @Test
    void readsTheTimeOfThePushFromTheNonceWhereNothingElseTellsIt() throws Exception {
        ProxyStatus proxy = proxies("""
                [{"proxy":"web-1.shop","istio_version":"1.23.0","cluster_sent":"2026-08-22T14:00:18Z/12b1c7"}]""").get(0);

        assertThat(proxy.getXds().get(0).getSentAt()).isEqualTo(Instant.parse("2026-08-22T14:00:18Z"));
    }

    @Test
    void takesNothingSentToAZtunnelAsIgnored() throws Exception {
        ProxyStatus proxy = proxies("""
                [{"proxy":"ztunnel-1.istio-system","proxy_type":"ztunnel","istio_version":"1.22.0"}]""").get(0);

        assertThat(proxy.getXds()).extracting(XdsStatus::getState).containsOnly(XdsSyncState.IGNORED);
    }

    @Test
    void aPushThatIsAcknowledgedIsNoNews() throws Exception {
        ProxyStatus before = proxies("""
                [{"proxy":"web-1.shop","istio_version":"1.29.6","cluster_sent":"2026-11-21T07:00:00Z/1a","cluster_acked":"2026-11-21T07:00:00Z/1a"}]""").get(0);
        ProxyStatus after = proxies("""
                [{"proxy":"web-1.shop","istio_version":"1.29.6","cluster_sent":"2026-11-21T07:05:00Z/2b","cluster_acked":"2026-11-21T07:05:00Z/2b"}]""").get(0);
        ProxyStatus behind = proxies("""
                [{"proxy":"web-1.shop","istio_version":"1.29.6","cluster_sent":"2026-11-21T07:05:00Z/2b","cluster_acked":"2026-11-21T07:00:00Z/1a"}]""").get(0);

        assertThat(after.getXds().get(0).getNonceSent()).isEqualTo("2026-11-21T07:05:00Z/2b");
        assertThat(after.getHeader().getContentHash())
                .isEqualTo(before.getHeader().getContentHash())
                .isNotEqualTo(behind.getHeader().getContentHash());
    }

    @Test
    void dropsDebugClients() throws Exception {
        assertThat(proxies("""
                [{"proxy":"test-1.istio-system"},
                 {"proxy":"test-2.default","resources":{"istio.io/debug/syncz":{"sent":"x","acked":"","sentTime":"2026-08-22T14:00:18Z"}}}]""")).isEmpty();
    }

    @Test
    void readsSeveralAnswersOfIstioctlInARow() throws Exception {
        String answer = """
                {"resources":[{"node":{"id":"web-1.shop","metadata":{"NAMESPACE":"shop","CLUSTER_ID":"c1","ISTIO_VERSION":"1.28.1"}},
                  "genericXdsConfigs":[{"typeUrl":"type.googleapis.com/envoy.config.listener.v3.Listener","configStatus":"STALE",
                    "lastUpdated":"2026-08-22T14:00:00Z","errorState":{"details":"bad listener"}}]}],
                 "controlPlane":{"identifier":"{\\"Component\\":\\"istiod\\",\\"ID\\":\\"%s\\"}"}}
                """;

        List<ProxyStatus> proxies = proxies(answer.formatted("istiod-a") + answer.formatted("istiod-b"));

        assertThat(proxies).extracting(ProxyStatus::getIstiod).containsExactly("istiod-a", "istiod-b");
        assertThat(proxies.get(0).getHeader().getObserver()).isEqualTo("istiod/istio-system/istiod-a");
        assertThat(proxies.get(0).getXds().get(0).getState()).isEqualTo(XdsSyncState.ERROR);
        assertThat(proxies.get(0).getXds().get(0).getLastError()).isEqualTo("bad listener");
    }

    @Test
    void readsTheSectionsOfVeryOldIstiods() throws Exception {
        ProxyStatus proxy = proxies("""
                {"resources":[{"node":{"id":"sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local"},
                  "xdsConfig":[{"status":"SYNCED","clusterConfig":{}},{"status":"STALE","listenerConfig":{}}]}]}""").get(0);

        assertThat(proxy.getName()).isEqualTo("web-1");
        assertThat(proxy.getXds())
                .extracting(XdsStatus::getType, XdsStatus::getState)
                .containsExactly(tuple("CDS", XdsSyncState.SYNCED), tuple("LDS", XdsSyncState.STALE));
    }
}
