package io.meshdiag.collector.extract;

import static io.meshdiag.collector.extract.TestPages.ORIGIN;
import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.SynczPage;
import io.meshdiag.collector.extract.log.CniLogParser;
import io.meshdiag.collector.extract.log.LogSignalsParser;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Real keys in every place where a page can hold one: no line of them may be in a fact. */
class RedactionTest {
    private static final String JWT =
            "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrdWJlcm5ldGVzIiwic3ViIjoic2EifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ";

    private final List<String> secrets = new ArrayList<>();

    private String newKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPrivate().getEncoded());
        body.lines().filter(line -> line.length() == 64).forEach(secrets::add);
        return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    }

    private String newInlineKey() throws Exception {
        String inline = TestCertificates.base64(newKey());
        secrets.add(inline.substring(100, 140));
        return inline;
    }

    private String word(String secret) {
        secrets.add(secret);
        return secret;
    }

    private void assertNothingSecret(List<SpecificRecord> facts) {
        assertThat(facts).isNotEmpty();
        String all = facts.toString();
        assertThat(secrets).hasSizeGreaterThan(3).allSatisfy(secret -> assertThat(all.contains(secret))
                .as("a fact holds %s…", secret.substring(0, Math.min(6, secret.length())))
                .isFalse());
        assertThat(all).doesNotContain("PRIVATE KEY");
    }

    @Test
    void nothingSecretOfAConfigDumpGetsIntoAFact() throws Exception {
        Identity root = TestCertificates.root("Root");
        Identity leaf = TestCertificates.leaf(root, "spiffe://cluster.local/ns/shop/sa/web");
        String chain = TestCertificates.base64(leaf.pem() + newKey());
        secrets.add(chain.substring(chain.length() - 80, chain.length() - 40));
        String dump = """
                {"configs":[
                 {"bootstrap":{"node":{"id":"sidecar~1~web-1.shop~d","metadata":{
                    "PROXY_CONFIG":{"proxyMetadata":{"TOKEN":"%s"}},"ANNOTATIONS":{"last-applied":"%s"}}}}},
                 {"dynamic_active_secrets":[
                   {"name":"default","secret":{"name":"default","tls_certificate":{
                      "private_key":{"inline_bytes":"%s"},"password":{"inline_string":"%s"},"pkcs12":{"inline_bytes":"%s"},
                      "private_key_provider":{"typed_config":{"key":"%s"}},
                      "certificate_chain":{"inline_bytes":"%s"}}}},
                   {"name":"tickets","secret":{"session_ticket_keys":{"keys":[{"inline_bytes":"%s"}]}}},
                   {"name":"generic","secret":{"generic_secret":{"secret":{"inline_string":"%s"}}}}],
                  "static_secrets":[{"name":"file","secret":{"tlsCertificate":{"privateKey":{"inlineString":"%s"}}}}]},
                 {"dynamic_listeners":[{"name":"l","error_state":{
                    "failed_configuration":{"name":"l","secret":"%s"},
                    "details":"cannot parse %s near authorization: Bearer %s"}}]},
                 {"dynamic_active_clusters":[{"cluster":{"name":"c","transport_socket":{"typed_config":{
                    "common_tls_context":{"tls_certificates":[{"private_key":{"inline_bytes":"%s"}}]}}}}}]}]}""".formatted(
                        word("proxy-metadata-s3cret"),
                        word("annotation-s3cret"),
                        newInlineKey(),
                        word("passphrase-s3cret"),
                        newInlineKey(),
                        newInlineKey(),
                        chain,
                        newInlineKey(),
                        word("generic-s3cret"),
                        newKey().replace("\n", "\\n"),
                        word("refused-s3cret"),
                        newKey().replace("\n", "\\n"),
                        word(JWT),
                        newInlineKey());
        ProxyPages pages = new ProxyPages(new ProxyName("shop", "web-1"));
        pages.readConfigDump(stream(dump));
        List<SpecificRecord> facts = new ArrayList<>();
        pages.publish(ORIGIN, facts::add);

        assertThat(facts).hasSize(2);
        assertThat(facts.toString()).contains("spiffe://cluster.local/ns/shop/sa/web", "cannot parse");
        assertNothingSecret(facts);
    }

    @Test
    void nothingSecretOfALogGetsIntoAFact() throws Exception {
        String key = newKey();
        String log = line("ads", "ADS:LDS: ACK ERROR web-1.shop-1 Internal:bad key " + key)
                + line("ads", "ADS:LDS: ACK ERROR web-2.shop-1 Internal:bad key " + key.replace("\n", "\\n"))
                + line("ads", "ADS:LDS: ACK ERROR web-3.shop-1 Internal:" + key.substring(40))
                + line("ads", "ADS:LDS: ACK ERROR web-4.shop-1 Internal:{\"password\":\"" + word("pass w0rd") + "\"}")
                + line("ads", "Failed to authenticate client from 10.0.0.1: Bearer " + word("opaque-bearer-0123456"))
                + line("ads", "Unauthorized XDS: 10.0.0.1 token " + word(JWT))
                + line(
                        "kube",
                        "watch error in cluster west: Get \"https://" + word("admin:hunter2") + "@1.2.3.4/api?"
                                + word("access=letmein1") + "\": dial tcp: i/o timeout");

        assertNothingSecret(facts(new LogSignalsParser("istiod", "istio-system", "istiod-1"), log));
    }

    @Test
    void nothingSecretOfACniLogGetsIntoAFact() throws Exception {
        String log = line(
                        "cni-plugin",
                        "istio-cni cmdAdd error: Get \"https://10.96.0.1/x?token=" + word("abc.def.ghi")
                                + "\": Unauthorized")
                + line("cni-plugin", "istio-cni cmdAdd error: kubeconfig has client-key-data: " + newInlineKey());

        assertNothingSecret(facts(new CniLogParser("node-1", "kube-system", "istio-cni-x"), log));
    }

    @Test
    void nothingSecretOfAnErrorInSynczGetsIntoAFact() throws Exception {
        String page = """
                [{"proxy":"web-1.shop","istio_version":"1.28.1","resources":{"type.googleapis.com/envoy.config.listener.v3.Listener":
                  {"sent":"a","acked":"","sentTime":"2026-08-22T14:00:00Z","lastError":"%s and Authorization: Basic %s"}}}]""".formatted(newKey().replace("\n", "\\n"), word("dXNlcjpwYXNzd29yZA=="));

        assertNothingSecret(facts(new SynczPage(new IstiodPod("istio-system", "istiod-1")), page));
    }

    private static String line(String scope, String message) {
        return "2026-08-22T15:00:18.123456Z\twarn\t" + scope + "\t" + message + "\n";
    }
}
