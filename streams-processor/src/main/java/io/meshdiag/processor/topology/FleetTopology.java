package io.meshdiag.processor.topology;

import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.correlate.Correlate;
import io.meshdiag.processor.correlate.CorrelateClusters;
import io.meshdiag.processor.explain.Edges;
import io.meshdiag.processor.explain.Explain;
import io.meshdiag.processor.lifecycle.LifeCycle;
import io.meshdiag.processor.read.Decoded;
import io.meshdiag.processor.read.ReadFacts;
import io.meshdiag.processor.scope.Routed;
import io.meshdiag.processor.scope.ScopeFacts;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroSerde;
import io.meshdiag.serde.SubjectNameStrategy;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Named;

/** How facts become findings: the table of contents of this program. */
public final class FleetTopology {
    private FleetTopology() {}

    /** All stages: read, scope, rows and rules with life, incident. */
    public static Topology build(
            ProcessorConfig config,
            Properties streams,
            Catalogue rules,
            RegistryClient registry,
            ProcessorMetrics metrics) {
        Topics topics = config.topics();
        Stored stored = new Stored(registry);
        LifeCycle life = new LifeCycle(config.retention());
        var pace = config.evaluationInterval();
        // Only here does Streams take ensure.explicit.internal.resource.naming into account.
        var builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(streams)));
        var cluster = new CorrelateClusters.Stores(
                stored.factsByCluster(), stored.summariesByCluster(), stored.conditionsBy("cluster"));
        var facts = new AvroSerde<>(registry, SubjectNameStrategy.TOPIC_RECORD);

        // 1 read
        var read = builder.stream(config.factTopics(), stored.factBytes())
                .process(new ReadFacts(topics, facts::deserializer, metrics), as("decode-facts"));
        read.flatMapValues(Decoded::deadLetters, as("keep-dead-letters"))
                .to(topics.name(Topics.DEAD_LETTERS), stored.output(Serdes.ByteArray(), "write-dead-letters"));

        // 2 scope
        var scoped = read.flatMapValues(Decoded::facts, as("keep-facts"))
                .process(new ScopeFacts(cluster.facts(), metrics), as("scope-facts"));

        // 3 rows and rules, 4 life: cluster, service, mesh
        var clusters = scoped.flatMapValues(Routed::forCluster, as("keep-cluster-rows"))
                .process(
                        new CorrelateClusters(cluster, rules.cluster(), rules.machine(), life, pace, metrics),
                        as("correlate-clusters"));
        var rows = scoped.merge(clusters, as("merge-rows"));
        var services = rows.flatMapValues(Routed::forService, as("keep-service-rows"))
                .repartition(stored.repartition("rows-by-service"))
                .process(
                        new Correlate<>(Scopes.service(rules.service(), stored), life, pace, metrics),
                        as("correlate-services"));
        var meshes = rows.flatMapValues(Routed::forMesh, as("keep-mesh-rows"))
                .repartition(stored.repartition("rows-by-mesh"))
                .process(
                        new Correlate<>(Scopes.mesh(rules.mesh(), stored), life, pace, metrics),
                        as("correlate-meshes"));

        // 5 incident: findings, and what clusters there are
        var findings = clusters.flatMapValues(Routed::forIncident, as("keep-cluster-findings"))
                .merge(services, as("merge-service-findings"))
                .merge(meshes, as("merge-mesh-findings"))
                .repartition(stored.repartition("findings-by-mesh"))
                .process(
                        new Explain(
                                stored.findingsByMesh(),
                                stored.membersByMesh(),
                                stored.conditionsBy("incident"),
                                life,
                                new Edges(rules.all()),
                                rules.incidentTimes(),
                                rules.commonFactor(),
                                rules.silences(),
                                pace,
                                metrics),
                        as("explain-findings"));
        findings.to(topics.name(Topics.FINDINGS), stored.findings("write-findings"));
        findings.filter(Transitions::isRevision, as("keep-transitions"))
                .to(topics.name(Topics.FINDING_TRANSITIONS), stored.findings("write-finding-transitions"));
        return builder.build(streams);
    }

    private static Named as(String name) {
        return Named.as(name);
    }
}
