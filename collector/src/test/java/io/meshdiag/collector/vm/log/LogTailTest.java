package io.meshdiag.collector.vm.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.vm.log.LogTail.Piece;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    private Path dir;

    private Path file;
    private LogTail tail;
    private Optional<Place> place = Optional.empty();
    private Piece piece;

    @BeforeEach
    void begin() {
        file = dir.resolve("istio.log");
        tail = new LogTail(new Root(dir), "/istio.log", 64);
    }

    /** What is new; a collector that starts anew has nothing but the written place. */
    private String read() throws UnreadException {
        piece = tail.read(place.map(Place::written).flatMap(Place::parse));
        place = Optional.of(piece.place());
        return text(piece.rotated()) + text(piece.lines());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void givesEachLineOnce() throws Exception {
        write("one\n");
        assertThat(read()).isEqualTo("one\n");
        write("two\nthree\n");
        assertThat(read()).isEqualTo("two\nthree\n");
        assertThat(read()).isEmpty();
    }

    @Test
    void aHalfWrittenLineWaitsForItsEnd() throws Exception {
        write("one\ntw");
        assertThat(read()).isEqualTo("one\n");
        write("o\n");
        assertThat(read()).isEqualTo("two\n");
    }

    @Test
    void aRenamedFileIsReadToItsEndFirst() throws Exception {
        write("one\n");
        read();
        write("two\n");
        Files.move(file, dir.resolve("istio.log.1"));
        write("three\n");

        assertThat(read()).isEqualTo("two\nthree\n");
    }

    @Test
    void aRenamedFileWhoseSuccessorIsNotThereYetIsNotLost() throws Exception {
        write("one\n");
        read();
        write("two\n");
        Files.move(file, dir.resolve("istio.log-20260822"));
        assertThatThrownBy(this::read).isInstanceOf(UnreadException.class).hasMessageContaining("is not there");
        write("three\n");

        assertThat(read()).isEqualTo("two\nthree\n");
    }

    @Test
    void aFileThatWasCutIsReadFromItsBeginning() throws Exception {
        write("one\ntwo\n");
        read();
        Files.writeString(file, "new\n", StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(read()).isEqualTo("new\n");
    }

    @Test
    void aFileThatWasCutAndGrewPastThePlaceIsReadFromItsBeginningToo() throws Exception {
        write("one\n");
        read();
        Files.writeString(file, "quite\nanother\nfile\n", StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(read()).isEqualTo("quite\nanother\nfile\n");
    }

    @Test
    void ofAHugeFileTheNewestIsReadAndTheRestIsCounted() throws Exception {
        write("old\n");
        read();
        write("x".repeat(30) + "\n" + "y".repeat(30) + "\n" + "z".repeat(30) + "\n");

        assertThat(read()).isEqualTo("y".repeat(30) + "\n" + "z".repeat(30) + "\n");
        assertThat(piece.skipped()).isEqualTo(29);
    }

    @Test
    void theFirstLookAtAHugeFileIsNoLoss() throws Exception {
        write("x".repeat(100) + "\nlast\n");

        assertThat(read()).isEqualTo("last\n");
        assertThat(piece.skipped()).isZero();
    }
}
