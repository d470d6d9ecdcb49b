package io.meshdiag.collector.extract.log;

import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of /var/log/istio and of the unit's journal, as reports about machines show them (istio/istio issues 27691, 35343, 19615, 29249, 49202). */
class VmSignaturesTest {
    private static List<LogSignal> signals(String log) throws Exception {
        return only(LogSignals.class, facts(new LogSignalsParser("vm-agent", "shop", "db-1"), log))
                .get(0)
                .getSignals();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            nullValues = "-",
            value = {
                "xdsproxy\tupstream terminated with unexpected error rpc error: code = FailedPrecondition desc = auto-registration WorkloadEntry of db-1.shop failed: cannot find WorkloadGroup shop/shop-vms|proxy.vm.registration-failed|shop/shop-vms",
                "xdsproxy\tupstream [26] terminated with unexpected error rpc error: code = Unknown desc = auto-registration WorkloadEntry of leez.vm1 failed: error creating WorkloadEntry: WorkloadEntry.networking.istio.io \"vm1app1-fe80::6ac4\" is invalid: metadata.name: Invalid value|proxy.vm.registration-failed|",
                "xdsproxy\tupstream terminated with unexpected error rpc error: code = Unknown desc = registration of WorkloadEntry service account mismatch: \"db\" vs \"web\"|proxy.vm.registration-failed|",
                "xdsproxy\tupstream [3] terminated with unexpected error rpc error: code = Unauthenticated desc = authentication failure|proxy.xds.terminated.auth|",
                "xdsproxy\tfailed to connect to upstream istiod.istio-system.svc:15012: dial tcp 10.0.0.9:15012: i/o timeout|proxy.xds.connect.timeout|istiod.istio-system.svc:15012",
                "failed to fetch token from file: open ./var/run/secrets/tokens/istio-token: no such file or directory|proxy.token.unreadable|./var/run/secrets/tokens/istio-token",
                "sds\tFailed to get credential token: open ./var/run/secrets/tokens/istio-token: no such file or directory|proxy.token.unreadable|./var/run/secrets/tokens/istio-token",
                "citadelclient\tcert expired, using token instead|proxy.cert.expired|",
                "citadelclient\tcannot parse the cert chain, using token instead: x509: malformed certificate|proxy.cert.unreadable|",
                "sds\tfailed to warm certificate: failed to generate workload certificate: create certificate: rpc error: code = Unauthenticated desc = request authenticate failure|proxy.csr.auth|",
                "Envoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected|proxy.not-ready.nothing-received|",
                "healthcheck\tfailure threshold hit, marking as unhealthy: Get \"http://localhost:8000/\": dial tcp 127.0.0.6:0->127.0.0.1:8000: connect: connection refused|proxy.vm.unhealthy|",
                "healthcheck\tsuccess threshold hit, marking as healthy|proxy.vm.healthy|",
                "Epoch 0 exited with error: exit status 1|proxy.envoy.exited|",
                "istio.service: Main process exited, code=exited, status=1/FAILURE|proxy.vm.unit-failed|exited, status=1/FAILURE",
                "istio.service: Failed with result 'exit-code'.|proxy.vm.unit-failed|exit-code",
                "istio.service: Start request repeated too quickly.|proxy.vm.unit-failed|Start request repeated too quickly",
                "iptables-restore v1.6.1: iptables-restore: unable to initialize table 'nat'|proxy.vm.iptables-failed|",
                "iptables-restore: line 2 failed|proxy.vm.iptables-failed|",
                "Another app is currently holding the xtables lock. Perhaps you want to use the -w option?|proxy.vm.iptables-failed|",
                "missing istio-token|proxy.token.unreadable|"
            })
    void knowsTheLine(String line, String signature, String subject) throws Exception {
        assertThat(signals("2026-08-22T15:00:18.123456Z\twarn\t" + line + "\n"))
                .singleElement()
                .satisfies(signal -> {
                    assertThat(signal.getSignature()).isEqualTo(signature);
                    assertThat(signal.getSubject()).isEqualTo(subject == null ? "" : subject);
                });
    }

    /** What a healthy machine writes when it starts makes no signal. */
    @ParameterizedTest
    @CsvSource({
        "Started istio-sidecar: The Istio sidecar.",
        "iptables -t nat -A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN",
        "xdsproxy\tconnected to upstream XDS server: istiod.istio-system.svc:15012",
        "istio.service: Scheduled restart job"
    })
    void isSilentAboutWhatIsNormal(String line) throws Exception {
        assertThat(signals("2026-08-22T15:00:18.123456Z\tinfo\t" + line + "\n")).isEmpty();
    }

    @Test
    void leavesPodsAlone() throws Exception {
        String log = "2026-08-22T15:00:18.123456Z\tinfo\thealthcheck\tsuccess threshold hit, marking as healthy\n";

        assertThat(only(LogSignals.class, facts(new LogSignalsParser("proxy", "shop", "web-1"), log))
                        .get(0)
                        .getSignals())
                .isEmpty();
    }
}
