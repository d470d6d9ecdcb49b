package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    @Test
    void readsAFileOfIstioctl() throws Exception {
        AgentConfig config = AgentConfig.parse(stream("""
                # written by istioctl
                defaultConfig:
                  discoveryAddress: istiod.istio-system.svc:15012
                  meshId: mesh1
                  proxyMetadata:
                    ISTIO_META_CLUSTER_ID: east
                    DB_PASSWORD: hush
                    ISTIO_META_NETWORK: ""
                  readinessProbe:
                    httpGet:
                      port: 8080
                trustDomain: corp
                """));

        assertThat(config.discoveryAddress()).isEqualTo("istiod.istio-system.svc:15012");
        assertThat(config.meshId()).isEqualTo("mesh1");
        assertThat(config.trustDomain()).isEqualTo("corp");
        assertThat(config.metadata().text("ISTIO_META_CLUSTER_ID")).isEqualTo("east");
        assertThat(config.metadata().written("DB_PASSWORD")).isNull();
    }

    @Test
    void takesAnEmptyFileForOneThatSetsNothing() throws Exception {
        assertThat(AgentConfig.parse(stream("")).discoveryAddress()).isNull();
        assertThat(AgentConfig.parse(stream("# nothing yet\n")).discoveryAddress())
                .isNull();
    }

    @Test
    void refusesWhatIsNoMapping() {
        assertThatThrownBy(() -> AgentConfig.parse(stream("istiod.istio-system.svc:15012\n")))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("the mesh config must be a YAML mapping");
    }

    @Test
    void refusesYamlThatIsBrokenWithoutQuotingIt() {
        assertThatThrownBy(() -> AgentConfig.parse(stream("defaultConfig:\n  proxyMetadata: {PASSWORD: hush\n")))
                .isInstanceOf(UnreadablePageException.class)
                .message()
                .contains("not well-formed")
                .doesNotContain("hush");
    }

    /** Aliases are not expanded, so nothing grows. */
    @Test
    void isNotBlownUpByAliases() throws Exception {
        String laughs = """
                a: &a [x, x, x, x, x, x, x, x, x]
                b: &b [*a, *a, *a, *a, *a, *a, *a, *a]
                c: &c [*b, *b, *b, *b, *b, *b, *b, *b]
                d: &d [*c, *c, *c, *c, *c, *c, *c, *c]
                e: [*d, *d, *d, *d, *d, *d, *d, *d]
                defaultConfig: {discoveryAddress: "istiod:15012"}
                """;

        assertThat(AgentConfig.parse(stream(laughs)).discoveryAddress()).isEqualTo("istiod:15012");
    }
}
