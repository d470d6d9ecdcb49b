package io.meshdiag.collector.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.cluster.config.CollectorSettings;
import io.meshdiag.collector.vm.config.VmConfigReader;
import io.meshdiag.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentedSettingsTest {
    private static final String BEGIN = "<!-- settings: written by DocumentedSettingsTest -->\n";
    private static final String END = "<!-- end of settings -->\n";

    static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of("collect-cluster.md", CollectorSettings.all()),
                Arguments.of("collect-vm.md", VmConfigReader.all()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void theTableInTheDocumentsIsThatOfTheCode(String document, List<Setting> settings) throws Exception {
        Path file = Path.of("..", "docs", document);
        String page = Files.readString(file);
        assertThat(page).contains(BEGIN, END);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String after = page.substring(page.indexOf(END));
        String current = before + EffectiveConfig.markdownTable(settings) + after;
        if (Boolean.getBoolean("meshdiag.writeDocs")) {
            Files.writeString(file, current);
        }

        assertThat(Files.readString(file))
                .as("write the table anew: ./mvnw test -pl collector -am -Dtest=DocumentedSettingsTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Dmeshdiag.writeDocs=true")
                .isEqualTo(current);
    }
}
