package io.meshdiag.collector.vm.log;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.schema.TrustedRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far logs were read, and what was counted of them until there: one Avro file, so that both are always of the same moment.
 *
 * @param places by source
 * @param counts content of the window
 */
record LogState(Map<String, String> places, List<LogSignals> counts) {
    static final LogState EMPTY = new LogState(Map.of(), List.of());

    private static final Logger LOGGER = LoggerFactory.getLogger(LogState.class);
    private static final String PLACE = "place ";

    LogState {
        TrustedRecords.trust();
        places = Map.copyOf(places);
        counts = List.copyOf(counts);
    }

    /** What was saved; nothing when nothing was, or when it is damaged: logs are then read from the window's begin again. */
    static LogState load(Path file) {
        try (InputStream in = Files.newInputStream(file);
                DataFileStream<LogSignals> stream =
                        new DataFileStream<>(in, new SpecificDatumReader<>(LogSignals.class))) {
            Map<String, String> places = new TreeMap<>();
            for (String key : stream.getMetaKeys()) {
                if (key.startsWith(PLACE)) {
                    places.put(key.substring(PLACE.length()), stream.getMetaString(key));
                }
            }
            List<LogSignals> counts = new ArrayList<>();
            stream.forEach(counts::add);
            return new LogState(places, counts);
        } catch (NoSuchFileException e) {
            return EMPTY;
        } catch (IOException | AvroRuntimeException e) {
            LOGGER.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("the place in the logs is not readable; they are read from the beginning of the window");
            return EMPTY;
        }
    }

    /** In place of what was saved before: all of it, or nothing. */
    void save(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (OutputStream out = Files.newOutputStream(next);
                DataFileWriter<LogSignals> writer = new DataFileWriter<>(new SpecificDatumWriter<>(LogSignals.class))) {
            places.forEach((source, place) -> writer.setMeta(PLACE + source, place.getBytes(StandardCharsets.UTF_8)));
            writer.create(LogSignals.getClassSchema(), out);
            for (LogSignals piece : counts) {
                writer.append(piece);
            }
        }
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
