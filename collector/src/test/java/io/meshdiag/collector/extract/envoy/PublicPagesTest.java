package io.meshdiag.collector.extract.envoy;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PublicPagesTest {
    private static String copy(String dump) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PublicPages.configDump(stream(dump), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void ofASecretOnlyTheCertificatesAreLeft() throws Exception {
        Identity root = TestCertificates.root("Root");

        String copy = copy("""
                {"configs":[{"dynamic_active_secrets":[{"name":"default","secret":{"tls_certificate":{
                  "certificate_chain":{"inline_string":"%s"},"private_key":{"inline_string":"k"}}}},
                 {"name":"generic","secret":{"generic_secret":{"secret":{"inline_string":"s"}}}}]}]}""".formatted((root.keyPem() + root.pem()).replace("\n", "\\n")));

        assertThat(copy).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE KEY", "private_key", "generic_secret");
    }

    @Test
    void anElementOfWhichNothingIsKeptIsStillCounted() throws Exception {
        assertThat(copy("{\"configs\":[{\"static_clusters\":[{\"cluster\":{\"a\":1}},{\"cluster\":{}}]}]}"))
                .isEqualTo("{\"configs\":[{\"static_clusters\":[{},{}]}]}");
    }

    @Test
    void aTextWhereAnObjectIsExpectedIsNotKept() throws Exception {
        assertThat(copy("{\"configs\":[{\"bootstrap\":\"token\",\"dynamic_listeners\":\"token\"}]}"))
                .isEqualTo("{\"configs\":[{\"bootstrap\":null,\"dynamic_listeners\":null}]}");
    }

    @Test
    void theCopyOfADumpThatEndsEarlyDoesNotLookWhole() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> PublicPages.configDump(stream("{\"configs\":[{\"version_info\":\"v1\","), out))
                .isInstanceOf(UnreadablePageException.class);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"configs\":[{\"version_info\":\"v1\"");
    }
}
