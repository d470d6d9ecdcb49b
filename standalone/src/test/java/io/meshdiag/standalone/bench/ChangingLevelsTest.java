package io.meshdiag.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.schema.Facts;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangingLevelsTest {
    private static final Instant AT = Instant.parse("2026-11-20T09:30:00Z");
    private static final ChangingLevels LEVELS = new ChangingLevels(3, 2);

    @Test
    void everySubjectHasAKeyOfItsOwn() {
        assertThat(IntStream.range(0, LEVELS.size()).mapToObj(LEVELS::key))
                .hasSize(7)
                .doesNotHaveDuplicates();
    }

    @Test
    void everyChangeIsNewsWhateverItsTime() {
        assertThat(hash(5, 1, AT)).isNotEqualTo(hash(5, 8, AT)).isEqualTo(hash(5, 1, AT.plusSeconds(60)));
        assertThat(hash(0, 1, AT)).isNotEqualTo(hash(0, 8, AT));
    }

    @Test
    void theTruthIsTheLastChangeOfEachSubject() {
        assertThat(LEVELS.after(9)).containsExactly(7, 8, 9, 3, 4, 5, 6);
    }

    @Test
    void aSubjectThatWentAwayIsGoneUntilItsNextChange() {
        String key = LEVELS.key(LEVELS.subjectOf(19));
        Map<String, String> gone = TopicLevels.truth(LEVELS, 25);
        Map<String, String> back = TopicLevels.truth(LEVELS, 26);

        assertThat(gone).containsEntry(key, "").hasSize(7);
        assertThat(back.get(key)).isNotEmpty();
    }

    private static String hash(int subject, long change, Instant at) {
        return Facts.header(LEVELS.level(subject, change, at)).getContentHash();
    }
}
