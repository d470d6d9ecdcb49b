package io.meshdiag.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {
    @Test
    void refusesAUrlWithoutQuotingIt() {
        assertThatThrownBy(() -> RegistryConfig.from(Map.of("schema.registry.url", "ftp://u:s3cret@host")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http(s)://")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void refusesUserInfoThatIsNotThere() {
        assertThatThrownBy(() -> RegistryConfig.from(Map.of(
                        "schema.registry.url", "http://host",
                        "basic.auth.credentials.source", "USER_INFO")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("basic.auth.user.info=<user>:<password>");
    }

    @Test
    void refusesATimeOutThatIsNoNumber() {
        assertThatThrownBy(() -> RegistryConfig.from(Map.of(
                        "schema.registry.url", "http://host",
                        "http.read.timeout.ms", "10s")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http.read.timeout.ms")
                .hasMessageContaining("whole number");
    }

    @Test
    void refusesATrustStoreThatIsNotThere() {
        assertThatThrownBy(() -> RegistryConfig.from(Map.of(
                        "schema.registry.url", "https://host",
                        "schema.registry.ssl.truststore.location", "/no/such/file.p12",
                        "schema.registry.ssl.truststore.password", "s3cret")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.ssl.truststore")
                .hasMessageContaining("/no/such/file.p12")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void showsNoCredentials() {
        var config = RegistryConfig.from(Map.of("schema.registry.url", "http://u:s3cret@host:8081/base/"));

        assertThat(config).hasToString("RegistryConfig[http://host:8081/base]");
    }
}
