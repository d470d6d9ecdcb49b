package io.meshdiag.collector.vm;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a file which subjects this machine told readers of, so that the next collector takes back what is not told any more: a machine has a handful,
 * and need not read all of the fleet's topics to find them. Thread-safe.
 */
final class ToldKeys implements FactPublisher {
    private static final Logger LOGGER = LoggerFactory.getLogger(ToldKeys.class);

    private final FactPublisher next;
    private final Path file;
    private final Map<String, FactKey> told = new TreeMap<>();
    private boolean complained;

    /** @param file of the former collector, or where there is none yet */
    ToldKeys(FactPublisher next, Path file) {
        this.next = next;
        this.file = file;
        try {
            for (String line : Files.readAllLines(file)) {
                FactKey key = FactKey.parse(line);
                told.put(line, key);
            }
        } catch (NoSuchFileException e) {
            LOGGER.atDebug().log("no collector ran here before");
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getClass().getSimpleName())
                    .log("what a collector told before cannot be read; what is gone since then is not taken back");
        }
    }

    /** What readers know of, of the machine's present name or of others. */
    synchronized Set<FactKey> keys(Predicate<FactKey> which) {
        return told.values().stream().filter(which).collect(Collectors.toSet());
    }

    @Override
    public synchronized Outcome publish(SpecificRecord fact) {
        Outcome outcome = next.publish(fact);
        FactKey key = Facts.key(fact);
        if (outcome != Outcome.REFUSED && !key.kind().event() && told.put(key.toString(), key) == null) {
            save();
        }
        return outcome;
    }

    @Override
    public synchronized void tombstone(FactKey key) {
        next.tombstone(key);
        if (told.remove(key.toString()) != null) {
            save();
        }
    }

    private void save() {
        Path copy = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.write(copy, List.copyOf(told.keySet()), StandardCharsets.UTF_8);
            Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                LOGGER.atWarn()
                        .addKeyValue("file", file)
                        .addKeyValue("reason", e.getClass().getSimpleName())
                        .log("what is told cannot be remembered");
            }
        }
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public Map<FactKind, Long> flush(String clusterKey, Duration atMost) throws InterruptedException {
        return next.flush(clusterKey, atMost);
    }

    /** The next publisher belongs to who opened it. */
    @Override
    public void close() {}
}
