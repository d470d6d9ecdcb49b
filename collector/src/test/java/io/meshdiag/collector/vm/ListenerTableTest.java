package io.meshdiag.collector.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.vm.config.VmConfig.Ports;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTableTest {
    private static final String TCP = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:3A99 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 21001 1 0000000000000000 100 0 0 10 0
               1: 0100007F:3A98 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 21002 1 0000000000000000 100 0 0 10 0
               2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20001 1 0000000000000000 100 0 0 10 0
               3: 0700000A:3A9E 0900000A:C350 01 00000000:00000000 00:00000000 00000000   998        0 21003 1 0000000000000000 100 0 0 10 0
            """;
    private static final String TCP6 = """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000000000000000000000000000:3AAC 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 21004 1 0000000000000000 100 0 0 10 0
            """;

    @TempDir
    private Path root;

    private List<Integer> ports() throws Exception {
        try (InputStream page =
                ListenerTable.of(new Ports(15_000, 15_021, 15_020)).open(new Machine(new Root(root), null, null))) {
            return ListenerTable.parse(page);
        }
    }

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    @Test
    void namesIstiosPortsThatSomebodyListensOnAndNoOthers() throws Exception {
        file("proc/net/tcp", TCP);
        file("proc/net/tcp6", TCP6);

        assertThat(ports()).containsExactly(15_000, 15_001, 15_020);
    }

    @Test
    void doesWithoutIpv6() throws Exception {
        file("proc/net/tcp", TCP);

        assertThat(ports()).containsExactly(15_000, 15_001);
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        file("proc/net/tcp", TCP.lines().findFirst().orElseThrow() + "\n");

        assertThat(ports()).isEmpty();
    }

    @Test
    void doesNotKnowWhereThereIsNoSuchTable() {
        assertThatThrownBy(this::ports).isInstanceOfSatisfying(UnreadException.class, e -> assertThat(e.state())
                .isEqualTo(SourceState.MISSING));
    }

    @Test
    void refusesAPageThatIsNoListOfPorts() {
        assertThatThrownBy(() -> ListenerTable.parse(
                        new ByteArrayInputStream("15000\nnobody\n".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(UnreadablePageException.class);
    }
}
