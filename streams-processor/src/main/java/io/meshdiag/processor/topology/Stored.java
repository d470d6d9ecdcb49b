package io.meshdiag.processor.topology;

import io.meshdiag.finding.Finding;
import io.meshdiag.processor.scope.ScopePartitioner;
import io.meshdiag.processor.time.ObservedAt;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.serde.AvroSerde;
import io.meshdiag.serde.SubjectNameStrategy;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Condition;
import io.meshdiag.state.FindingEntry;
import io.meshdiag.state.FleetMember;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Names and formats of all that outlives a restart: stores, repartition topics, outputs. Whoever changes the meaning of one gives it a new name.
 *
 * <p>Internal topics register under the record's name alone: whatever the topic, it is the same record.
 */
final class Stored {
    private final RegistryClient registry;

    Stored(RegistryClient registry) {
        this.registry = registry;
    }

    StoreBuilder<KeyValueStore<String, SpecificRecord>> factsByCluster() {
        return store("facts-by-cluster", this.<SpecificRecord>internal());
    }

    StoreBuilder<KeyValueStore<String, ClusterSummary>> summariesByCluster() {
        return store("summaries-by-cluster", this.<ClusterSummary>internal());
    }

    StoreBuilder<KeyValueStore<String, SpecificRecord>> rowsBy(String scope) {
        return store("rows-by-" + scope, this.<SpecificRecord>internal());
    }

    StoreBuilder<KeyValueStore<String, Condition>> conditionsBy(String scope) {
        return store("conditions-by-" + scope, this.<Condition>internal());
    }

    StoreBuilder<KeyValueStore<String, FindingEntry>> findingsByMesh() {
        return store("findings-by-mesh", this.<FindingEntry>internal());
    }

    StoreBuilder<KeyValueStore<String, FleetMember>> membersByMesh() {
        return store("members-by-mesh", this.<FleetMember>internal());
    }

    Consumed<byte[], byte[]> factBytes() {
        return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withTimestampExtractor(new ObservedAt())
                .withName("read-facts");
    }

    <T extends SpecificRecord> Repartitioned<String, T> repartition(String name) {
        return Repartitioned.<String, T>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(this.<T>internal())
                .withStreamPartitioner(new ScopePartitioner<>());
    }

    <K, T extends SpecificRecord> Produced<K, T> output(Serde<K> key, String name) {
        return Produced.with(key, (Serde<T>) new AvroSerde<T>(registry, SubjectNameStrategy.TOPIC))
                .withName(name);
    }

    private <T extends SpecificRecord> Serde<T> internal() {
        return new AvroSerde<>(registry, SubjectNameStrategy.RECORD);
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> value) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), value);
    }

    /** Output type helper: findings. */
    Produced<String, Finding> findings(String name) {
        return output(Serdes.String(), name);
    }
}
