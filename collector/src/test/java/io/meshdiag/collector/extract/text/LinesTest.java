package io.meshdiag.collector.extract.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.TestPages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static List<String> lines(String page) throws IOException {
        Lines lines = new Lines(TestPages.stream(page));
        List<String> all = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            all.add(line);
        }
        return all;
    }

    @Test
    void splitsAtEitherLineEnd() throws IOException {
        assertThat(lines("a\r\n\nb")).containsExactly("a", "", "b");
        assertThat(lines("a\n")).containsExactly("a");
        assertThat(lines("")).isEmpty();
    }

    @Test
    void cutsLongLinesAndGoesOnWithTheNext() throws IOException {
        List<String> lines = lines("x".repeat(300_000) + "\nnext\n");

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).hasSize(Lines.MAX_LINE);
        assertThat(lines.get(1)).isEqualTo("next");
    }
}
