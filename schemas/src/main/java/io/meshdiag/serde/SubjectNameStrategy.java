package io.meshdiag.serde;

import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/**
 * Under which subject a schema is registered. In a configuration each has Confluent's class name
 * ({@code io.confluent.kafka.serializers.subject.TopicNameStrategy}) or its last part.
 */
public enum SubjectNameStrategy {
    /** {@code <topic>-key} or {@code <topic>-value}: a topic with one record type. Confluent's default. */
    TOPIC("TopicNameStrategy") {
        @Override
        public String subject(String topic, boolean key, Schema schema) {
            return topic + (key ? "-key" : "-value");
        }
    },
    /** The record's full name: one history whatever the topic. */
    RECORD("RecordNameStrategy") {
        @Override
        public String subject(String topic, boolean key, Schema schema) {
            return schema.getFullName();
        }
    },
    /** {@code <topic>-<full name>}: a topic with several record types, such as config-snapshots. */
    TOPIC_RECORD("TopicRecordNameStrategy") {
        @Override
        public String subject(String topic, boolean key, Schema schema) {
            return topic + "-" + schema.getFullName();
        }
    };

    private static final String CONFLUENT_PACKAGE = "io.confluent.kafka.serializers.subject.";

    private final String confluentName;

    SubjectNameStrategy(String confluentName) {
        this.confluentName = confluentName;
    }

    /** The subject of a schema written to a topic. */
    public abstract String subject(String topic, boolean key, Schema schema);

    /** Value for a configuration that Confluent's serializers understand too. */
    public String className() {
        return CONFLUENT_PACKAGE + confluentName;
    }

    /**
     * The strategy that a setting names.
     *
     * @param setting name of the setting, for the message
     * @param value a class, its name, or the name's last part
     */
    static SubjectNameStrategy of(String setting, Object value) {
        String name =
                value instanceof Class<?> c ? c.getName() : value.toString().trim();
        return Arrays.stream(values())
                .filter(s -> name.equals(s.confluentName) || name.equals(s.className()))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        setting,
                        name,
                        "give one of " + List.of(TOPIC.className(), RECORD.className(), TOPIC_RECORD.className())));
    }
}
