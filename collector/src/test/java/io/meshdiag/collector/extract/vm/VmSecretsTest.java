package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.AT;
import static io.meshdiag.collector.extract.TestPages.ORIGIN;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.log.LogSignalsParser;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** A machine is full of secrets: none of them may be in a fact, and none in what the parsers keep. */
class VmSecretsTest {
    private static final String TOKEN = TokenTest.jwt("{\"exp\":1795255200,\"sub\":\"system:serviceaccount:shop:db\"}");

    private final List<String> secrets = new ArrayList<>();

    private String secret(String text) {
        secrets.add(text);
        return text;
    }

    private void assertNothingSecret(String all) {
        assertThat(secrets).isNotEmpty().allSatisfy(secret -> assertThat(all.contains(secret))
                .as("something holds %s…", secret.substring(0, Math.min(6, secret.length())))
                .isFalse());
        assertThat(all).doesNotContain("PRIVATE KEY");
    }

    @Test
    void nothingSecretOfAMachineGetsIntoAFact() throws Exception {
        Identity root = TestCertificates.root("Root");
        Identity leaf = TestCertificates.leaf(root, "spiffe://cluster.local/ns/shop/sa/db");
        leaf.keyPem().lines().filter(line -> line.length() > 50).forEach(secrets::add);
        Stream.of(TOKEN.split("\\.")).forEach(secrets::add);
        VmSettings settings = VmSettings.parse(stream("""
                POD_NAMESPACE=shop
                DB_PASSWORD='%s'
                ISTIO_META_TLS_CLIENT_KEY="%s"
                ISTIO_AGENT_FLAGS="--log_output_level=%s --password=%s"
                """.formatted(
                secret("hunter2-password"), secret("client-key"), secret("eyJhbGciOi!"), secret("flag-s3cret"))));
        AgentConfig config =
                AgentConfig.parse(stream("""
                defaultConfig:
                  discoveryAddress: istiod:15012
                  proxyMetadata: {API_TOKEN: %s}
                  tracing: {lightstep: {accessToken: %s}}
                """.formatted(secret("metadata-token"), secret("tracing-token"))));
        AgentProcesses processes = AgentProcesses.of(ProcessEntry.parse(
                "pilot-agent\0proxy\0--secret=" + secret("argument-s3cret") + "\0",
                "1 (pilot-agent) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 100 1 1")
                .stream());
        VmReading reading = VmReading.of(MachineIdentity.of(settings, config, "db-1", secret("0123456789abcdef")))
                .settings(settings)
                .config(config)
                .processes(processes)
                .disk(new DiskCertificates(
                        DiskCertificates.parse(stream(leaf.keyPem() + leaf.pem())),
                        DiskCertificates.parse(stream(root.pem())),
                        true))
                .token(Token.parse(stream(TOKEN)))
                .redirection(IptablesPage.parse(
                        stream(Rules.with(
                                Rules.WHOLE,
                                "-A OUTPUT -j ISTIO_OUTPUT",
                                "-A OUTPUT -m comment --comment \"" + secret("comment-s3cret") + "\" -j LOG")),
                        4))
                .build();
        List<SpecificRecord> facts = new ArrayList<>();
        VmFacts.publish(reading, AT, facts::add);

        assertThat(facts).hasSize(2);
        assertThat(facts.toString()).contains("spiffe://cluster.local/ns/shop/sa/db", "istiod:15012");
        assertNothingSecret(facts.toString());
        assertNothingSecret(reading.toString());
    }

    @Test
    void nothingSecretOfAMachinesLogGetsIntoAFact() throws Exception {
        String log = """
                2026-08-22T15:00:18.123456Z\twarn\txdsproxy\tupstream [1] terminated with unexpected error rpc error: code = Unauthenticated desc = bad token %s
                2026-08-22T15:00:18.223456Z\twarn\txdsproxy\tupstream [2] terminated with unexpected error rpc error: code = Unknown desc = auto-registration WorkloadEntry of db-1.shop failed: Authorization: Bearer %s
                2026-08-22T15:00:19.123456Z\twarn\tiptables-restore: line 3 failed: password=%s
                """.formatted(secret(TOKEN), secret("opaque-bearer-0123456"), secret("hunter2"));
        List<SpecificRecord> facts = new ArrayList<>();
        new LogSignalsParser("vm-agent", "shop", "db-1").parse(stream(log), ORIGIN, facts::add);

        assertThat(facts.toString()).contains("proxy.vm.registration-failed", "proxy.vm.iptables-failed");
        assertNothingSecret(facts.toString());
    }
}
