package io.meshdiag.collector.vm.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.vm.log.MachineLogs.Bounds;
import io.meshdiag.collector.vm.read.Commands;
import io.meshdiag.collector.vm.read.Loopback;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineLogsTest {
    private static final Instant NOW = Instant.parse("2026-08-22T15:10:00Z");
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final String REFUSED =
            "%s\twarn\txdsproxy\tfailed to connect to upstream istiod:15012: dial tcp: connect: connection refused\n";

    @TempDir
    private Path dir;

    private final SourceBoard board = new SourceBoard();
    private final List<List<String>> asked = new ArrayList<>();
    private String journal = "";
    private UnreadException journalFails;

    private MachineLogs logs() {
        Commands commands = (command, maxBytes, within) -> {
            asked.add(command);
            if (journalFails != null && command.stream().anyMatch(word -> word.startsWith("--after-cursor"))) {
                throw journalFails;
            }
            return new ByteArrayInputStream(journal.getBytes(StandardCharsets.UTF_8));
        };
        Machine machine =
                new Machine(new Root(dir), commands, new Loopback(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        return new MachineLogs(
                machine,
                new Bounds(List.of("/istio.log"), "istio", WINDOW, 1 << 16, Duration.ofSeconds(5)),
                "shop",
                "db-1",
                Optional.of(dir.resolve("logs.avro")));
    }

    private void write(String line) throws Exception {
        Files.writeString(dir.resolve("istio.log"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private LogSignals look(MachineLogs logs, Instant now) {
        Origin origin = new Origin("mesh1", "east", "0a1b2c3d", "vm/db-1.shop", now, "vm:log");
        logs.read(now, board);
        LogSignals signals = logs.signals(origin);
        logs.save(origin, board);
        return signals;
    }

    @Test
    void aCollectorThatStartsAgainCountsOn() throws Exception {
        write(REFUSED.formatted("2026-08-22T15:09:00.000000Z"));
        look(logs(), NOW);
        write(REFUSED.formatted("2026-08-22T15:10:30.000000Z"));

        LogSignals again = look(logs(), NOW.plusSeconds(60));

        assertThat(again.getSignals()).singleElement().satisfies(signal -> {
            assertThat(signal.getSignature()).isEqualTo("proxy.xds.connect.refused");
            assertThat(signal.getCount()).isEqualTo(2);
        });
    }

    @Test
    void aSignalEndsWhenTheWindowHasPassedItsLines() throws Exception {
        write(REFUSED.formatted("2026-08-22T15:09:00.000000Z"));
        MachineLogs logs = logs();
        look(logs, NOW);

        assertThat(look(logs, NOW.plus(WINDOW).plus(WINDOW)).getSignals()).isEmpty();
    }

    @Test
    void aDamagedStateCostsNothingButThePlace() throws Exception {
        write(REFUSED.formatted("2026-08-22T15:09:00.000000Z"));
        look(logs(), NOW);
        Files.writeString(dir.resolve("logs.avro"), "half");

        assertThat(look(logs(), NOW).getSignals().get(0).getCount()).isEqualTo(1);
    }

    @Test
    void theJournalIsReadFromTheCursorOfTheLastRecord() throws Exception {
        journal = """
                {"__CURSOR":"s=1;i=9","__REALTIME_TIMESTAMP":"1787411340000000","PRIORITY":"3","MESSAGE":"missing istio-token"}
                """;
        look(logs(), NOW);
        journal = "";
        look(logs(), NOW.plusSeconds(30));

        assertThat(asked.get(0)).contains("--since=@" + NOW.minus(WINDOW).getEpochSecond());
        assertThat(asked.get(1)).contains("--after-cursor=s=1;i=9");
    }

    @Test
    void aCursorThatTheJournalDoesNotKnowAnyMoreIsGivenUp() throws Exception {
        journal = "{\"__CURSOR\":\"s=1;i=9\",\"__REALTIME_TIMESTAMP\":\"1787411340000000\",\"MESSAGE\":\"x\"}\n";
        MachineLogs logs = logs();
        look(logs, NOW);
        journal = "";
        journalFails = new UnreadException(SourceState.UNREADABLE, "journalctl failed with exit code 1");

        look(logs, NOW);

        assertThat(asked.get(asked.size() - 1)).anyMatch(word -> word.startsWith("--since="));
        assertThat(board.state(MachineLogs.JOURNAL, "")).isEqualTo(SourceState.OK);
    }

    @Test
    void aPlaceThatCannotBeKeptIsToldInTheHeartbeat() throws Exception {
        write(REFUSED.formatted("2026-08-22T15:09:00.000000Z"));
        Files.createDirectories(dir.resolve("logs.avro/in the way"));

        look(logs(), NOW);

        assertThat(board.coverage())
                .filteredOn(source -> source.getSource().equals("collector/state"))
                .singleElement()
                .satisfies(source -> assertThat(source.getDetail()).contains("--state"));
    }
}
