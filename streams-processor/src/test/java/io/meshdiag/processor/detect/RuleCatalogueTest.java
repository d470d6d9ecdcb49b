package io.meshdiag.processor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RuleCatalogueTest {
    /** Surefire runs in the module's directory. */
    private static final Path PAGE = Path.of("..", "docs", "rules.md");

    @Test
    void isThePageInTheDocuments() throws IOException {
        if (Boolean.getBoolean("meshdiag.writeDocs")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, RuleCatalogue.markdown());
        }

        assertThat(Files.readString(PAGE))
                .as("docs/rules.md is not current; write it anew as its last section says")
                .isEqualTo(RuleCatalogue.markdown());
    }

    @Test
    void hasASectionForEveryRule() {
        String page = RuleCatalogue.markdown();

        assertThat(Detectors.rules()).isNotEmpty().allSatisfy(r -> assertThat(page)
                .contains("## " + r.id() + " " + r.name())
                .contains(r.title())
                .contains(r.remediation()));
    }
}
