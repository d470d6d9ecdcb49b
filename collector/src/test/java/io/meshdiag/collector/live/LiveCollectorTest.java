package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.BugReport;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveCollectorTest {
    private static final String UID = "0a1b2c3d-0000-4000-8000-000000000001";
    private static final String SECRETS = "bug-report/cluster/secrets";
    private static final String NO_REMOTE_SECRET = """
            NAMESPACE      NAME      TYPE     DATA   AGE
            istio-system   cacerts   Opaque   4      30d
            """;
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    @TempDir
    private Path dir;

    private final RecordedFacts facts = new RecordedFacts();
    private final LiveCollector collector = new LiveCollector(facts, "test", Set.of(), INTERVAL);

    @Test
    void theFirstLookTellsEverythingAsOfNowAndThenTheHeartbeat() throws ArchiveException {
        collector.look(List.of(east().folder(dir)), NOON);

        assertThat(facts.all()).extracting(f -> Facts.header(f).getObservedAt()).containsOnly(NOON);
        assertThat(facts.calls()).endsWith("flush", "heartbeats", "flush");
        Heartbeat heartbeat = facts.one(Heartbeat.class);
        assertThat(heartbeat.getMode()).isEqualTo(CollectorMode.CLUSTER);
        assertThat(heartbeat.getIntervalSeconds()).isEqualTo(10);
        assertThat(count(heartbeat, "RemoteSecret")).isEqualTo(1);
    }

    @Test
    void whatDidNotChangeIsNotToldAgain() throws ArchiveException {
        Path east = east().folder(dir);
        collector.look(List.of(east), NOON);
        int told = facts.calls().size();

        collector.look(List.of(east), NOON.plusSeconds(60));

        assertThat(facts.calls().subList(told, facts.calls().size())).containsExactly("flush", "heartbeats", "flush");
    }

    @Test
    void whatDidNotChangeIsToldAgainAfterAWhileSoThatALostRecordHeals() throws ArchiveException {
        Path east = east().folder(dir);
        collector.look(List.of(east), NOON);
        int first = facts.all().size();

        collector.look(List.of(east), NOON.plus(LiveCollector.REFRESH));

        assertThat(facts.all()).hasSize(2 * first);
    }

    @Test
    void aSubjectThatVanishedIsBuriedBeforeTheHeartbeatThatCountsOneLess() throws ArchiveException {
        collector.look(List.of(east().folder(dir.resolve("before"))), NOON);
        String secret = Facts.key(facts.one(RemoteSecret.class)).toString();
        int told = facts.calls().size();

        Path without = east().with(SECRETS, NO_REMOTE_SECRET).folder(dir.resolve("after"));
        collector.look(List.of(without), NOON.plusSeconds(60));

        List<String> calls = facts.calls().subList(told, facts.calls().size());
        assertThat(calls).contains("tombstone " + secret).endsWith("flush", "heartbeats", "flush");
        assertThat(calls.indexOf("tombstone " + secret)).isLessThan(calls.indexOf("heartbeats"));
        assertThat(count(latestHeartbeat(), "RemoteSecret")).isZero();
    }

    @Test
    void nothingIsBuriedWhenTheSourceThatShowsItCouldNotBeRead() throws ArchiveException {
        collector.look(List.of(east().folder(dir.resolve("before"))), NOON);

        Path blind = east().without(SECRETS).folder(dir.resolve("after"));
        collector.look(List.of(blind), NOON.plusSeconds(60));

        assertThat(facts.calls()).noneMatch(call -> call.startsWith("tombstone"));
    }

    @Test
    void aCollectorThatStartsAgainBuriesWhatVanishedMeanwhile() throws ArchiveException {
        collector.look(List.of(east().folder(dir.resolve("before"))), NOON);
        Set<FactKey> before = facts.all().stream()
                .filter(f -> !(f instanceof Heartbeat))
                .map(Facts::key)
                .collect(Collectors.toSet());
        FactKey secret = Facts.key(facts.one(RemoteSecret.class));

        RecordedFacts after = new RecordedFacts();
        Path without = east().with(SECRETS, NO_REMOTE_SECRET).folder(dir.resolve("after"));
        new LiveCollector(after, "test", before, INTERVAL).look(List.of(without), NOON.plusSeconds(60));

        assertThat(after.calls()).contains("tombstone " + secret);
    }

    @Test
    void betweenLooksOnlyHeartbeatsTellThatItLives() throws ArchiveException {
        collector.look(List.of(east().folder(dir)), NOON);
        int told = facts.calls().size();

        collector.heartbeats(NOON.plus(INTERVAL));

        assertThat(facts.calls().subList(told, facts.calls().size())).containsExactly("heartbeats", "flush");
        assertThat(latestHeartbeat().getHeader().getObservedAt()).isEqualTo(NOON.plus(INTERVAL));
    }

    private static BugReport east() {
        return BugReport.of("east", UID);
    }

    private Heartbeat latestHeartbeat() {
        List<Heartbeat> heartbeats = facts.only(Heartbeat.class);
        return heartbeats.get(heartbeats.size() - 1);
    }

    private static long count(Heartbeat heartbeat, String kind) {
        return heartbeat.getSubjects().stream()
                .filter(subject -> subject.getName().equals(kind))
                .mapToLong(NamedCount::getValue)
                .sum();
    }
}
