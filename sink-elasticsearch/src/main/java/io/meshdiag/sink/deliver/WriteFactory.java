package io.meshdiag.sink.deliver;

import io.meshdiag.fact.FactHeader;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.finding.Finding;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.bulk.Write;
import io.meshdiag.sink.document.FactDocument;
import io.meshdiag.sink.document.FindingDocument;
import io.meshdiag.sink.document.Indices;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Which write a record from Kafka becomes. */
final class WriteFactory {
    private final Topics topics;
    private final Indices indices;

    WriteFactory(Topics topics, Indices indices) {
        this.topics = topics;
        this.indices = indices;
    }

    /**
     * @param key the record's key
     * @param value the decoded value; null for a tombstone
     * @return empty for what leaves no trace in the store: a tombstone where only events are
     * @throws UnfitRecordException when the record does not belong on its topic, or says something else than its key
     */
    Optional<Write> of(String fullTopic, String key, SpecificRecord value) throws UnfitRecordException {
        String topic = topics.withoutPrefix(fullTopic);
        if (key == null) {
            throw new UnfitRecordException(DeadLetterReason.BAD_KEY, "it has no key");
        }
        return switch (topic) {
            case Topics.FINDINGS ->
                Optional.of(
                        value == null
                                ? Write.delete(indices.findings(), key)
                                : current(finding(fullTopic, key, value)));
            case Topics.FINDING_TRANSITIONS ->
                value == null ? Optional.empty() : Optional.of(history(finding(fullTopic, key, value)));
            default ->
                Optional.of(
                        value == null
                                ? Write.delete(indices.facts(topic), FactDocument.id(key))
                                : fact(topic, fullTopic, key, value));
        };
    }

    private Write current(Finding finding) {
        return Write.replace(
                indices.findings(),
                FindingDocument.currentId(finding),
                finding.getRevision(),
                FindingDocument.current(finding));
    }

    private Write history(Finding finding) {
        return Write.create(
                indices.history(finding.getLastSeen()),
                FindingDocument.historyId(finding),
                FindingDocument.history(finding));
    }

    private Write fact(String topic, String fullTopic, String key, SpecificRecord value) throws UnfitRecordException {
        FactDocument document = FactDocument.of(value)
                .orElseThrow(() -> new UnfitRecordException(
                        DeadLetterReason.WRONG_TOPIC,
                        "a " + value.getSchema().getFullName() + " is not what topic " + fullTopic + " carries"));
        FactHeader header = Facts.header(value);
        return Write.replace(
                indices.facts(topic),
                FactDocument.id(key),
                header.getObservedAt().toEpochMilli(),
                document.json());
    }

    private static Finding finding(String topic, String key, SpecificRecord value) throws UnfitRecordException {
        if (!(value instanceof Finding finding)) {
            throw new UnfitRecordException(
                    DeadLetterReason.WRONG_TOPIC,
                    "a " + value.getSchema().getFullName() + " is not what topic " + topic + " carries");
        }
        if (!finding.getId().equals(key)) {
            // Its tombstone, which has nothing but the key, would miss the document.
            throw new UnfitRecordException(DeadLetterReason.BAD_KEY, "the key is not the finding's id");
        }
        if (finding.getRevision() < 0) {
            throw new UnfitRecordException(
                    DeadLetterReason.INVALID, "its revision is " + finding.getRevision() + ", below 0");
        }
        return finding;
    }
}
