package io.meshdiag.collector.extract.log;

import static io.meshdiag.collector.extract.TestPages.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSignalsParserTest {
    private static final String TIME = "2026-08-22T15:00:18.123456Z";

    private static List<LogSignal> signals(String component, String log) throws Exception {
        return ((LogSignals)
                        facts(new LogSignalsParser(component, "ns", "pod"), log).get(0))
                .getSignals();
    }

    private static LogSignal one(String component, String log) throws Exception {
        List<LogSignal> signals = signals(component, log);
        assertThat(signals).as(log).hasSize(1);
        return signals.get(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # ≤1.8
            error | Failed to add remote cluster from secret=istio-remote-secret-west for cluster_id=west: bad | failed | west
            error | Error creating cluster_id=west from secret s: kubeconfig is empty        | failed     | west
            info  | Adding cluster_id=west from secret=s                                     | added      | west
            info  | Deleting cluster_id=west configured by secret=s                          | deleted    | west
            # 1.9-1.15
            info  | Adding cluster west from secret istio-system/s                           | added      | west
            info  | Updating cluster west from secret istio-system/s                         | updated    | west
            error | Adding cluster_id=west from secret=istio-system/s: kubeconfig is empty   | failed     | west
            error | Adding cluster_id from secret=west: istio-system/s handler failed        | failed     | west
            error | remote cluster west failed to sync after 30s                             | not-synced | west
            error | remote clusters failed to sync after 30s                                 | not-synced | ''
            # 1.16-1.21
            info  | Adding cluster~cluster=west secret=istio-system/s                        | added      | west
            error | Adding cluster: create remote cluster failed: kubeconfig is empty~cluster=west secret=istio-system/s | failed | west
            warn  | cluster has already been registered~cluster=west secret=istio-system/s   | duplicate  | west
            warn  | ignoring cluster as it would overwrite the config cluster~cluster=west   | own-id     | west
            # 1.22+
            info  | Add cluster~cluster=west secret=istio-system/s                           | added      | west
            info  | Update cluster~cluster=west config=istio-system/s                        | updated    | west
            error | Update cluster: create remote cluster failed: x~cluster=west secret=s    | failed     | west
            # informers
            error | watch error in cluster west: failed to list *v1.Pod: Unauthorized        | unauthorized | west
            error | watch error in cluster west: failed to list *v1.Pod: pods is forbidden: User "x" cannot list | forbidden | west
            error | watch error in cluster west: failed to list *v1.Pod: pods is forbidden: User "x" cannot list resource "pods" in API group "" at | forbidden | west pods
            error | watch error in cluster west: gateways.x is forbidden: User "x" cannot watch resource "gateways" in API group "g.k8s.io" | forbidden | west gateways.g.k8s.io
            error | watch error in cluster west: Get "https://1.2.3.4:6443/api": dial tcp 1.2.3.4:6443: i/o timeout | unreachable | west
            error | watch error in cluster west: dial tcp: lookup api.c2.example: no such host | dns        | west
            error | watch error in cluster west: tls: failed to verify certificate: x509: certificate signed by unknown authority | tls | west
            """)
    void knowsWhatIstiodSaysOfRemoteClustersInEveryVersion(String level, String line, String kind, String subject)
            throws Exception {
        LogSignal signal = one("istiod", TIME + "\t" + level + "\t" + line.replace('~', '\t') + "\n");

        assertThat(signal.getSignature()).isEqualTo("istiod.remote-cluster." + kind);
        assertThat(signal.getSubject()).isEqualTo(subject);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            config not received from Pilot (is Pilot running?): cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected | nothing-received
            config not received from Pilot (is Pilot running?): cds updates: 1 successful, 0 rejected; lds updates: 0 successful, 1 rejected | rejected
            config received from XDS server, but was rejected: cds updates: 0 successful, 2 rejected; lds updates: 1 successful, 0 rejected  | rejected
            config not fully received from XDS server: cds updates: 1 successful, 0 rejected; lds updates: 0 successful, 0 rejected         | waiting
            failed to get readiness stats: connection refused                                                                               | admin-unreachable
            server is not live, current state is: PRE_INITIALIZING                                                                          | not-live
            workers have not yet started                                                                                                    | workers-not-started
            """)
    void judgesReadinessByTheNumbers(String reason, String kind) throws Exception {
        assertThat(one("proxy", TIME + "\twarn\tEnvoy proxy is NOT ready: " + reason)
                        .getSignature())
                .isEqualTo("proxy.not-ready." + kind);
    }

    @Test
    void tellsAClockThatIsBehindFromACertificateThatIsBad() throws Exception {
        String x509 = TIME
                + "\twarn\txdsproxy\tfailed to connect to upstream istiod.istio-system.svc:15012: tls: failed to verify"
                + " certificate: x509: certificate has expired or is not yet valid: current time 2026-03-01T11:50:00Z is ";

        assertThat(one("proxy", x509 + "before 2026-03-01T11:58:00Z").getSignature())
                .isEqualTo("proxy.tls.not-yet-valid");
        assertThat(one("proxy", x509 + "after 2026-03-01T11:48:00Z").getSignature())
                .isEqualTo("proxy.xds.connect.tls-ca");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            connect: desc = "transport: Error while dialing: dial tcp: lookup istiod.istio-system.svc on 10.96.0.10:53: no such host" | dns
            desc = "transport: Error while dialing: dial tcp 10.0.0.1:15012: connect: connection refused"                          | refused
            desc = "transport: Error while dialing: dial tcp 10.0.0.1:15012: i/o timeout"                                          | timeout
            authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority      | tls-ca
            authentication handshake failed: x509: certificate is valid for istiod.x.svc, not istiod.istio-system.svc              | tls-name
            rpc error: code = Unauthenticated desc = authentication failure                                                        | auth
            """)
    void saysWhyAnAgentCannotReachIstiod(String reason, String kind) throws Exception {
        LogSignal signal = one(
                "proxy",
                TIME + "\twarn\txdsproxy\tfailed to connect to upstream istiod.istio-system.svc:15012: " + reason);

        assertThat(signal.getSignature()).isEqualTo("proxy.xds.connect." + kind);
        assertThat(signal.getSubject()).isEqualTo("istiod.istio-system.svc:15012");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DeltaAggregatedResources gRPC config stream to xds-grpc closed: 14, no healthy upstream             | no-healthy-upstream | ''
            StreamAggregatedResources gRPC config stream to xds-grpc closed since 95s ago: 14, no healthy upstream | no-healthy-upstream | ''
            StreamAggregatedResources gRPC config stream closed: 14, no healthy upstream                        | no-healthy-upstream | ''
            gRPC config stream closed: 14, no healthy upstream                                                  | no-healthy-upstream | ''
            StreamAggregatedResources gRPC config stream closed: 7, denied                                      | stream-closed | 7
            Unable to establish new stream to configuration server xds-grpc                                     | no-stream | ''
            gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s) 0.0.0.0_80: x | rejected | Listener
            delta config for type.googleapis.com/envoy.config.cluster.v3.Cluster rejected: x                    | rejected | Cluster
            """)
    void knowsEnvoysLinesInEveryForm(String line, String kind, String subject) throws Exception {
        LogSignal signal =
                one("proxy", TIME + "\twarning\tenvoy config external/envoy/source/x.cc:123\t" + line + "\tthread=25");

        assertThat(signal.getSignature()).isEqualTo("proxy.xds." + kind);
        assertThat(signal.getSubject()).isEqualTo(subject);
    }

    @Test
    void takesTheHalfHourlyReconnectAsNormal() throws Exception {
        assertThat(signals(
                        "proxy",
                        TIME
                                + "\twarning\tenvoy config\t[x.cc:92] StreamAggregatedResources gRPC config stream closed: 13, \n"
                                + TIME + "\twarning\tenvoy config\t[x.cc:92] gRPC config stream closed: 0, \n"))
                .isEmpty();
    }

    @Test
    void namesTheProxyThatRefusedWhateverItsConnection() throws Exception {
        String log =
                TIME + "\twarn\tads\tADS:LDS: ACK ERROR web-1.shop-37 Internal:Error adding listener\nsecond line\n"
                        + TIME + "\twarn\tads\tADS:LDS: ACK ERROR web-1.shop-38 Internal:Error adding listener\n"
                        + TIME
                        + "\twarn\tads\tADS:LDS: ACK ERROR sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local-140 Internal:x\n";

        List<LogSignal> signals = signals("istiod", log);

        assertThat(signals).singleElement().satisfies(signal -> {
            assertThat(signal.getSubject()).isEqualTo("web-1.shop");
            assertThat(signal.getCount()).isEqualTo(3);
            assertThat(signal.getSample()).contains("Error adding listener second line");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            error | default    | patching webhook istio-sidecar-injector failed: x509 | istiod.webhook.patch-failed | istio-sidecar-injector
            error | validationController | Failed to update validatingwebhookconfiguration istiod-default-validator (failurePolicy=Fail, resourceVersion=1): Operation cannot be fulfilled | istiod.validation.conflict | istiod-default-validator
            info  | validationController | Not ready to switch validation to fail-closed: dummy invalid config not rejected | istiod.validation.not-closed | ''
            warn  | ads        | Failed to authenticate client from 10.0.0.5:4411: no token | istiod.xds.unauthenticated | ''
            warn  | ads        | Unauthorized XDS: 10.0.0.5:4411 with identity [spiffe://a/ns/b/sa/c]: no match | istiod.xds.unauthorized | ''
            error | default    | Failed to authenticate /debug/syncz [Authenticator x]   | istiod.debug.unauthorized | /debug/syncz
            warn  | security   | client claims to be in cluster "west", but we only know about local cluster "east" and remote clusters [] | istiod.authn.unknown-cluster | west
            error | ads        | Failed to authenticate client from 10.0.0.5:4411: Authenticator KubeJWTAuthenticator at index 1 got error: could not get cluster west's kube client | istiod.authn.unknown-cluster | west
            error | ads        | Failed to authenticate client from 10.0.0.5:4411: Authenticator KubeJWTAuthenticator at index 1 got error: failed to validate the JWT from cluster "west": the token is not authenticated | istiod.authn.token-refused | west
            info  | default    | http: TLS handshake error from 10.0.0.9:1234: remote error: tls: bad certificate | istiod.webhook.bad-ca | ''
            """)
    void knowsIstiodsOtherTroubles(String level, String scope, String line, String signature, String subject)
            throws Exception {
        LogSignal signal = one("istiod", TIME + "\t" + level + "\t" + scope + "\t" + line);

        assertThat(signal.getSignature()).isEqualTo(signature);
        assertThat(signal.getSubject()).isEqualTo(subject);
    }

    @Test
    void readsEveryEncodingOfTheSameLine() throws Exception {
        String message = "Failed to authenticate client from 10.0.0.5:4411: no token";
        String log = TIME + "\twarn\tads\t" + message + "\n"
                + TIME + " warn ads " + message + "\n"
                + "2026-08-22T15:00:19.5Z " + TIME + "\twarn\tads\t" + message + "\n"
                + "{\"level\":\"warn\",\"time\":\"" + TIME + "\",\"scope\":\"ads\",\"msg\":\"" + message + "\"}\n"
                + "{\"severity\":\"Warning\",\"timestamp\":\"" + TIME + "\",\"logger\":\"ads\",\"message\":\"" + message
                + "\"}\n";

        LogSignal signal = one("istiod", log);

        assertThat(signal.getCount()).isEqualTo(5);
        assertThat(signal.getFirstAt()).isEqualTo(Instant.parse("2026-08-22T15:00:18.123Z"));
        assertThat(signal.getLastAt()).isEqualTo(Instant.parse("2026-08-22T15:00:18.123Z"));
    }

    @Test
    void countsEntriesByLevelAndLeavesAccessLogLinesOut() throws Exception {
        LogSignals log = (LogSignals) facts(new LogSignalsParser("proxy", "shop", "web-1"), """
                %s\tinfo\tEffective config: binaryPath: /usr/local/bin/envoy
                drainDuration: 45s
                [2026-08-22T15:00:18.123Z] "GET / HTTP/1.1" 503 UF upstream - "-" 0 95 TLS_error:CERTIFICATE_VERIFY_FAILED
                %s\terror\tboom
                [2026-08-22 15:00:19.111][25][critical][main] [source/server.cc:1] old Envoy form
                """.formatted(TIME, TIME))
                .get(0);

        assertThat(log.getLines()).isEqualTo(3);
        assertThat(log.getErrors()).isEqualTo(2);
        assertThat(log.getSignals()).isEmpty();
    }

    @Test
    void leavesOutAccessLogsThatAreJsonToo() throws Exception {
        List<LogSignal> signals = signals("proxy", """
                %s\twarning\tenvoy config\tsomething else
                2026-08-22T15:00:19.5Z {"response_code":503,"upstream_transport_failure_reason":"CERTIFICATE_VERIFY_FAILED"}
                """.formatted(TIME));

        assertThat(signals).isEmpty();
    }

    @Test
    void knowsAnAgentWithoutItsToken() throws Exception {
        LogSignal signal = one(
                "proxy",
                TIME + "\twarn\tfailed to fetch token from file: open /var/run/secrets/tokens/istio-token: no such file"
                        + " or directory\n");

        assertThat(signal.getSignature()).isEqualTo("proxy.token.unreadable");
        assertThat(signal.getSubject()).isEqualTo("/var/run/secrets/tokens/istio-token");
    }

    @Test
    void foldsSubjectsBeyondFortyIntoOne() throws Exception {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            log.append(TIME + "\twarn\tads\tADS:LDS: ACK ERROR web-" + (100 + i) + ".shop-1 Internal:x\n");
        }

        List<LogSignal> signals = signals("istiod", log.toString());

        assertThat(signals).hasSize(41);
        assertThat(signals.get(0).getSubject()).isEmpty();
        assertThat(signals.get(0).getCount()).isEqualTo(10);
    }

    @Test
    void refusesWhatIsNoLog() {
        assertThatThrownBy(() -> signals("istiod", "")).isInstanceOf(UnreadablePageException.class);
        assertThatThrownBy(() -> signals("istiod", "<html>not found</html>"))
                .hasMessageStartingWith("no log entry of Istio or Envoy in it");
    }
}
