package io.meshdiag.sink.deliver;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that are ours, how far each is settled, and committing that. */
final class Assignment implements ConsumerRebalanceListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(Assignment.class);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, OffsetTracker> trackers = new HashMap<>();

    Assignment(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    OffsetTracker tracker(TopicPartition partition) {
        return trackers.computeIfAbsent(partition, p -> new OffsetTracker());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOGGER.atInfo().addKeyValue("partitions", partitions).log("partitions assigned");
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit();
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            OffsetTracker tracker = trackers.remove(partition);
            if (tracker != null) {
                tracker.revoke();
            }
        }
    }

    /** Records behind the end of our partitions, those read but not settled included. */
    long lag() {
        long lag = 0;
        for (TopicPartition partition : consumer.assignment()) {
            lag += consumer.currentLag(partition).orElse(0) + tracker(partition).unsettled();
        }
        return lag;
    }

    /** Commits what is settled; a failure costs nothing but repeated work after a restart. */
    void commit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        trackers.forEach((partition, tracker) -> {
            long offset = tracker.toCommit();
            if (offset >= 0) {
                offsets.put(partition, new OffsetAndMetadata(offset));
            }
        });
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, offset) -> tracker(partition).committed(offset.offset()));
        } catch (KafkaException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("offsets could not be committed, trying again");
        }
    }
}
