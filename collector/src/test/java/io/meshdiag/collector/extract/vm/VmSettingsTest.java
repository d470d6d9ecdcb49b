package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmSettingsTest {
    private static VmSettings parse(String env) throws Exception {
        return VmSettings.parse(stream(env));
    }

    @Test
    void readsAFileOfIstioctl() throws Exception {
        VmSettings settings = parse("""
                CANONICAL_SERVICE='shop'
                ISTIO_INBOUND_PORTS='*'
                ISTIO_META_AUTO_REGISTER_GROUP='shop-vms'
                ISTIO_META_CLUSTER_ID='east'
                ISTIO_META_NETWORK=''
                POD_NAMESPACE='shop'
                """);

        assertThat(settings.text("ISTIO_META_CLUSTER_ID")).isEqualTo("east");
        assertThat(settings.text("ISTIO_META_AUTO_REGISTER_GROUP")).isEqualTo("shop-vms");
        assertThat(settings.text("ISTIO_META_NETWORK")).isNull();
        assertThat(settings.written("ISTIO_META_NETWORK")).isEmpty();
        assertThat(settings.written("ISTIO_META_MESH_ID")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POD_NAME=db-1|db-1",
                "export POD_NAME=db-1|db-1",
                "POD_NAME=\"db-1\"|db-1",
                "POD_NAME='db'-\"1\"|db-1",
                "POD_NAME=db\\ 1|db 1",
                "POD_NAME=\"db \\\"1\\\"\"|db \"1\"",
                "POD_NAME='it'\\''s'|it's",
                "POD_NAME=db-1 # the first|db-1",
                "POD_NAME=db-1; OTHER=x|db-1",
            })
    void readsWhatAShellWould(String line, String value) throws Exception {
        assertThat(parse(line + "\n").text("POD_NAME")).isEqualTo(value);
    }

    @Test
    void takesTheLastAssignment() throws Exception {
        assertThat(parse("POD_NAME=a\nPOD_NAME=b\n").text("POD_NAME")).isEqualTo("b");
        assertThat(parse("POD_NAME=a\n").overriddenBy(parse("POD_NAME=b\n")).text("POD_NAME"))
                .isEqualTo("b");
    }

    /** Nobody but a shell on that machine knows what it comes to. */
    @ParameterizedTest
    @ValueSource(strings = {"POD_NAME=$(hostname)", "POD_NAME=\"$HOSTNAME\"", "POD_NAME=`hostname`"})
    void doesNotGuessWhatWouldHaveToBeExecuted(String line) throws Exception {
        assertThat(parse("POD_NAME=old\n" + line + "\n").text("POD_NAME")).isNull();
    }

    @Test
    void readsNoAssignmentOutOfAValueOfSeveralLines() throws Exception {
        assertThat(parse("NOTE='first\nPOD_NAME=wrong\n'\nPOD_NAMESPACE=shop\n").text("POD_NAME"))
                .isNull();
    }

    @Test
    void passesOverCommentsAndCommands() throws Exception {
        VmSettings settings = parse("# POD_NAME=wrong\n[ -f /x ] && . /x\nset -a\nPOD_NAME=right");

        assertThat(settings.text("POD_NAME")).isEqualTo("right");
    }

    @Test
    void keepsOfTheAgentsFlagsOnlyLogLevels() throws Exception {
        VmSettings settings =
                parse("ISTIO_AGENT_FLAGS=\"--log_output_level=dns:debug --token=hush --proxyLogLevel debug\"\n");

        assertThat(settings.logLevels()).isEqualTo(new LogLevels("dns:debug", "debug"));
        assertThat(settings.written("ISTIO_AGENT_FLAGS")).isNull();
    }

    @Test
    void keepsNoValueThatNobodyAsksFor() throws Exception {
        assertThat(parse("DB_PASSWORD=hush\n").written("DB_PASSWORD")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "PILOT_ADDRESS=istiod.example.com:15012, istiod.example.com:15012",
        "ISTIO_PILOT_PORT=32018, istiod.istio-system.svc:32018",
        "POD_NAME=db-1, istiod-rev.istio-system.svc:15012"
    })
    void findsIstiodAsTheStartScriptDoes(String line, String address) throws Exception {
        AgentConfig config =
                AgentConfig.parse(stream("defaultConfig:\n  discoveryAddress: istiod-rev.istio-system.svc:15012\n"));

        assertThat(parse(line + "\n").discoveryAddress(config)).isEqualTo(address);
        assertThat(VmSettings.NONE.discoveryAddress(null)).isNull();
    }

    @Test
    void saysThatAFileWasCutOff() {
        assertThatThrownBy(() -> parse("POD_NAMESPACE='shop'\nPOD_NAME='db"))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("the environment file ends within quotes: it was cut off, or a quote is missing");
    }

    @Test
    void refusesAFileWithoutEnd() {
        assertThatThrownBy(() -> parse("A=1\n".repeat(100_000)))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("the environment file is larger than 262144 bytes: it is something else");
    }

    @Test
    void readsOtherEncodingsAndLineEnds() throws Exception {
        assertThat(parse("\uFEFFPOD_NAME=db-1\r\nPOD_NAMESPACE=shop\r\n").text("POD_NAME"))
                .isEqualTo("db-1");
        assertThat(parse("\u0000\u0001\u0002").text("POD_NAME")).isNull();
        assertThat(parse("").text("POD_NAME")).isNull();
    }
}
