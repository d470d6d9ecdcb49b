package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.design.Side;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** A service in two clusters, as archives or the facts of a deployment show it. */
public record TwoClusters(Side from, Side to) {
    /**
     * Which service, and which clusters.
     *
     * @param mesh empty = the one that has these clusters
     */
    public record Question(Optional<String> mesh, String from, String to, String namespace, String service) {
        /** Whether a fact of this key belongs to the answer. */
        private boolean wants(FactKey key) {
            if (mesh.filter(m -> !m.equals(key.mesh())).isPresent()) {
                return false;
            }
            return switch (key.kind()) {
                // Of all clusters: who misspelt one gets to know which there are.
                case CLUSTER_PROFILE -> true;
                case SERVICE_ENDPOINTS -> concerned(key) && key.subject().equals(List.of(namespace, service));
                case ISTIO_RESOURCE -> concerned(key) && key.subject().get(1).equals("DestinationRule");
                default -> false;
            };
        }

        private boolean concerned(FactKey key) {
            return key.clusterId().equals(from) || key.clusterId().equals(to);
        }
    }

    /**
     * From archives; only what concerns the service is kept.
     *
     * @throws ArchiveException when an input is no archive
     * @throws IllegalArgumentException when none is of one of the clusters, or several are of different ones with its id
     */
    public static TwoClusters ofArchives(List<Path> archives, Question question) throws ArchiveException {
        Map<String, SpecificRecord> facts = new TreeMap<>();
        FactsTaken taken = new FactsTaken(fact -> {
            FactKey key = Facts.key(fact);
            if (question.wants(key)) {
                facts.put(key.toString(), fact);
            }
        });
        new ArchiveCollector(taken, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(archives);
        return of(facts, question);
    }

    /**
     * From what collectors say at present.
     *
     * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached, or the topic is not there
     * @throws IllegalArgumentException as above
     */
    public static TwoClusters ofDeployment(ProcessorConfig config, Question question) {
        return of(
                new TopicReader(config.kafkaClient(), config.registryClient())
                        .latest(
                                config.topics().name(FactKind.CLUSTER_PROFILE.topic()),
                                SpecificRecord.class,
                                key -> wants(question, key)),
                question);
    }

    private static boolean wants(Question question, String key) {
        try {
            return question.wants(FactKey.parse(key));
        } catch (IllegalArgumentException e) {
            // Of a kind that came after this version: nothing of it is known here.
            return false;
        }
    }

    private static TwoClusters of(Map<String, SpecificRecord> facts, Question question) {
        return new TwoClusters(side(facts, question.from()), side(facts, question.to()));
    }

    private static Side side(Map<String, SpecificRecord> facts, String cluster) {
        List<FactKey> clusters = keys(facts, FactKind.CLUSTER_PROFILE).toList();
        List<FactKey> found =
                clusters.stream().filter(key -> key.clusterId().equals(cluster)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("nothing is known of cluster " + cluster + "; there are "
                    + clusters.stream().map(FactKey::clusterId).distinct().collect(Collectors.joining(", "))
                    + " (the cluster ids of Istio)");
        }
        if (found.size() > 1) {
            throw new IllegalArgumentException("several clusters are called " + cluster + ": "
                    + found.stream().map(FactKey::clusterKey).collect(Collectors.joining(", "))
                    + "; --mesh tells those of different meshes apart");
        }
        FactKey its = found.get(0);
        return new Side(
                (ClusterProfile) facts.get(its.toString()),
                ofCluster(facts, its, FactKind.SERVICE_ENDPOINTS)
                        .map(ServiceEndpoints.class::cast)
                        .findFirst(),
                ofCluster(facts, its, FactKind.ISTIO_RESOURCE)
                        .map(IstioResource.class::cast)
                        .toList());
    }

    private static Stream<SpecificRecord> ofCluster(Map<String, SpecificRecord> facts, FactKey cluster, FactKind kind) {
        return keys(facts, kind)
                .filter(key -> key.clusterKey().equals(cluster.clusterKey()))
                .map(key -> facts.get(key.toString()));
    }

    private static Stream<FactKey> keys(Map<String, SpecificRecord> facts, FactKind kind) {
        return facts.keySet().stream().map(FactKey::parse).filter(key -> key.kind() == kind);
    }
}
