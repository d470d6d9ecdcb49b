package io.meshdiag.collector.extract.log;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records as journald 252 writes them, and what can go wrong with them. */
class JournalFormatsTest {
    private final List<String> lines = new ArrayList<>();

    private static String record(String cursor, String priority, String message) {
        return "{\"_HOSTNAME\":\"vm\",\"__CURSOR\":\"" + cursor + "\",\"__REALTIME_TIMESTAMP\":\"1795257836252576\","
                + "\"_CMDLINE\":\"/usr/local/bin/pilot-agent proxy\",\"PRIORITY\":\"" + priority + "\",\"MESSAGE\":"
                + message + "}\n";
    }

    private String read(String journal) throws Exception {
        return JournalLines.read(stream(journal), lines::add);
    }

    @Test
    void turnsARecordIntoALineOfIstiosFormat() throws Exception {
        String cursor = read(record("s=1;i=336", "3", "\"missing istio-token\""));

        assertThat(cursor).isEqualTo("s=1;i=336");
        assertThat(lines).containsExactly("2026-11-21T10:43:56.252Z\terror\tmissing istio-token");
    }

    @Test
    void leavesALineThatIsOfThatFormatAlready() throws Exception {
        read(record("c", "6", "\"2026-08-22T15:00:18.123456Z\\twarn\\tsds\\tfailed to warm certificate: x\""));

        assertThat(lines).containsExactly("2026-08-22T15:00:18.123456Z\twarn\tsds\tfailed to warm certificate: x");
    }

    /** Control characters, and text that is not UTF-8, come as numbers. */
    @Test
    void readsAMessageThatIsAnArrayOfBytes() throws Exception {
        read(record("c", "4", "[99,97,102,233,32,1]"));

        assertThat(lines).singleElement().asString().startsWith("2026-11-21T10:43:56.252Z\twarn\tcaf");
    }

    @Test
    void readsTheRestWhenALineIsHalfWritten() throws Exception {
        String half = record("c1", "3", "\"first\"").substring(0, 60) + "\n";

        String cursor = read(half + "-- No entries --\n" + record("c2", "3", "\"second\""));

        assertThat(cursor).isEqualTo("c2");
        assertThat(lines).singleElement().asString().endsWith("\terror\tsecond");
    }

    @Test
    void passesOverRecordsWithoutMessageOrTime() throws Exception {
        read(
                "{\"__CURSOR\":\"c\",\"MESSAGE\":\"x\"}\n{\"__CURSOR\":\"d\",\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":null}\n");

        assertThat(lines).isEmpty();
    }

    @Test
    void doesNotHoldMessagesWithoutEnd() throws Exception {
        String cursor = read(record("c", "3", "\"" + "x".repeat(4 << 20) + "\""));

        assertThat(cursor).isEqualTo("c");
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(20_000));
    }
}
