package io.meshdiag.collector.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.config.EffectiveConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DocumentedSettingsTest {
    private static final Path PAGE = Path.of("..", "docs", "collect-cluster.md");
    private static final String BEGIN = "<!-- settings: written by DocumentedSettingsTest -->\n";
    private static final String END = "<!-- end of settings -->\n";

    @Test
    void theTableInTheDocumentsIsThatOfTheCode() throws Exception {
        String page = Files.readString(PAGE);
        assertThat(page).contains(BEGIN, END);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String after = page.substring(page.indexOf(END));
        String current = before + EffectiveConfig.markdownTable(CollectorSettings.all()) + after;
        if (Boolean.getBoolean("meshdiag.writeDocs")) {
            Files.writeString(PAGE, current);
        }

        assertThat(Files.readString(PAGE))
                .as("write the table anew: ./mvnw test -pl collector -am -Dtest=DocumentedSettingsTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Dmeshdiag.writeDocs=true")
                .isEqualTo(current);
    }
}
