package io.meshdiag.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.archive.ArchiveReport;
import io.meshdiag.collector.archive.ClusterIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotesTest {
    @Test
    void archivesOfOneHourNeedNoNote() {
        assertThat(Notes.of(List.of(archive("east", "09:00"), archive("west", "10:00")), 0, 0, 0))
                .isEmpty();
    }

    @Test
    void archivesTakenHoursApartAreTold() {
        assertThat(Notes.of(List.of(archive("east", "09:00"), archive("west", "14:30")), 0, 0, 0))
                .singleElement()
                .asString()
                .startsWith("The archives were taken 5 h 30 min apart.");
    }

    @Test
    void anOlderArchiveOfTheSameClusterIsToldAndDoesNotCountForTheTime() {
        ArchiveReport old = archive("east", "01:00", Path.of("new"));

        assertThat(Notes.of(List.of(old, archive("east", "09:00")), 0, 0, 0))
                .containsExactly("archive-east was not read: new is a newer archive of the same cluster east.");
    }

    @Test
    void ourOwnDefectsAreAdmitted() {
        assertThat(Notes.of(List.of(), 1, 2, 3))
                .satisfiesExactly(
                        refused -> assertThat(refused).startsWith("1 fact(s) were too large"),
                        dead -> assertThat(dead).startsWith("2 record(s) could not be read"),
                        rules -> assertThat(rules).startsWith("A rule failed 3 time(s)"));
    }

    private static ArchiveReport archive(String cluster, String time) {
        return archive(cluster, time, null);
    }

    private static ArchiveReport archive(String cluster, String time, Path supersededBy) {
        return new ArchiveReport(
                Path.of("archive-" + cluster),
                new ClusterIdentity(
                        "retail",
                        cluster,
                        "",
                        "mesh",
                        Instant.parse("2026-11-20T" + time + ":00Z"),
                        "newest file",
                        null,
                        null),
                Map.of(),
                List.of(),
                0,
                Duration.ZERO,
                supersededBy);
    }
}
